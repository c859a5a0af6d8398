import { scratch } from '../../helpers/docker.ts';
import { runOnce, withFile } from '../../helpers/run-once.ts';
import { type Context, demand, type Row } from '../row.ts';

const group = 'Configuration';

async function boots(
  { bench, program, subject }: Context,
  yaml: string,
): Promise<{ code: number; all: string }> {
  using folder = scratch();
  const file = `runtime: ${subject.runtime}\nconfig:\n  ${yaml}\n`;
  return await runOnce([], [...program.words, ...withFile(folder.path, file)], bench.patience, program.image);
}

export const configRows: readonly Row[] = [
  {
    id: 'typos',
    group,
    title: 'an unknown or mistyped key under config: is reported before the start',
    check: async (context) => {
      for (const { yaml, names } of context.subject.typos) {
        const { code, all } = await boots(context, yaml);
        demand(code === 78, `"${yaml}" ended with ${code}: ${all.slice(-300)}`);
        demand(all.includes(names), `the error of "${yaml}" did not name ${names}: ${all.slice(-300)}`);
      }
      return `${context.subject.typos.length} kinds`;
    },
  },
];
