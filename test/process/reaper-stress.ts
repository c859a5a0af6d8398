import { writeSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { loadNative } from '../../supervisor/process/native.ts';
import { deaf, dispositions, obedient } from './stress/ending.ts';
import { mixed, orphans, sync, worker } from './stress/reaping.ts';
import type { Scenario, World } from './stress/world.ts';

/**
 * Puts the process layer through real work and prints one JSON line of counts. Bundled it runs anywhere: under
 * another init (subreaper), as PID 1 of a namespace, as PID 1 of a container.
 *
 *   node reaper-stress.cjs SCENARIO [--n 1000] [--reaper on|off|naive] -- TWIN…
 */
const scenarios: Readonly<Record<string, Scenario>> = {
  orphans,
  mixed,
  worker,
  sync,
  obedient,
  deaf,
  dispositions,
};

const { values, positionals } = parseArgs({
  options: { n: { type: 'string', default: '1000' }, reaper: { type: 'string', default: 'on' } },
  allowPositionals: true,
});
const [name = '', ...twin] = positionals;
const scenario = scenarios[name];
if (scenario === undefined) {
  process.stderr.write(`which scenario? ${Object.keys(scenarios).join(', ')}\n`);
  process.exit(64);
}
const world: World = {
  native: loadNative(),
  mode: values.reaper as World['mode'],
  n: Number(values.n),
  twin,
};
void report(scenario(world));

async function report(outcome: ReturnType<Scenario>): Promise<void> {
  const found = await outcome;
  writeSync(1, `${JSON.stringify({ pid: process.pid, ...found })}\n`);
  process.exit(0); // what was left behind on purpose must not keep us
}
