import type { Behaviour } from '../../fakes/model-server.ts';
import { type Answer, say } from '../bench.ts';
import { type Context, demand, type Row } from '../row.ts';

const group = 'Provider';

/** What a provider may do instead of an answer; each is told by a word of the question, since runtimes ask again. */
const troubles: Readonly<Record<string, Behaviour>> = {
  'refuses the key (401)': { kind: 'error', status: 401, message: 'Incorrect API key provided' },
  'has had enough (429)': { kind: 'error', status: 429, message: 'Rate limit reached', retry_after: 1 },
  'is broken (500)': { kind: 'error', status: 500, message: 'Internal server error' },
  'hangs up in the middle': { kind: 'cut' },
  'answers garbage': { kind: 'garbage' },
  'answers plain JSON where a stream was asked': { kind: 'plain' },
};

const words = (name: string): string => `trouble when it ${name.replaceAll(/[^a-z0-9 ]/gi, '')}`;

/** All at once: some runtimes try for minutes. Kept for all rows of the bench. */
const asked = new WeakMap<Context['bench'], Promise<ReadonlyMap<string, Answer>>>();

function answers(context: Context): Promise<ReadonlyMap<string, Answer>> {
  const known = asked.get(context.bench);
  if (known) return known;
  const all = askAll(context);
  asked.set(context.bench, all);
  return all;
}

async function askAll({ bench, subject }: Context): Promise<ReadonlyMap<string, Answer>> {
  const container = await bench.shared();
  const orders = Object.entries(troubles);
  bench.model.respond(...orders.map(([name, order]) => ({ ...order, within: words(name), repeat: true })));
  const replies = await Promise.all(
    orders.map(async ([name], index) => {
      const question = { text: words(name), session: `trouble-${index}`, limit: bench.patience };
      return [name, await say(container, subject.runtime, question)] as const;
    }),
  );
  bench.model.reset();
  return new Map(replies);
}

export const providerRows: readonly Row[] = [
  ...Object.keys(troubles).map(
    (name, index): Row => ({
      id: `provider-${index}`,
      group,
      title: `a provider that ${name} is told, and never silence`,
      check: async (context) => {
        const answer = (await answers(context)).get(name);
        demand(answer !== undefined, 'it was not asked');
        demand(answer.code !== null || answer.text.trim() !== '', 'the reply was empty, without an error');
        return answer.code ?? `reply: ${answer.text.slice(0, 40).trim()}`;
      },
    }),
  ),
  {
    id: 'provider-distinct',
    group,
    title: 'a refused key, a limit and a fault are three different errors',
    check: async (context) => {
      const all = await answers(context);
      const codes = Object.keys(troubles)
        .slice(0, 3)
        .map((name) => all.get(name)?.code);
      demand(new Set(codes).size === 3 && !codes.includes(null), `they were ${codes.join(', ')}`);
      return codes.join(' · ');
    },
  },
];
