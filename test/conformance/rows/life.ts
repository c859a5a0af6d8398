import type { TestContainer } from '../../helpers/container.ts';
import { docker, until } from '../../helpers/docker.ts';
import { say } from '../bench.ts';
import { type Context, demand, type Row } from '../row.ts';
import { remembered } from './api.ts';

const group = 'Life';

/** A word that only this session was told, and a question after it: what was said before is still there. */
async function remembers(context: Context, container: TestContainer, after: string): Promise<void> {
  const { runtime } = context.subject;
  context.bench.model.respond({ kind: 'text', text: 'still here', within: `after ${after}` });
  const answer = await say(container, runtime, {
    text: `what was it, after ${after}?`,
    session: 'lasting',
    limit: context.bench.patience,
  });
  demand(
    answer.text === 'still here',
    `after it the answer was "${answer.text}" ${answer.status} ${answer.code}`,
  );
  demand(remembered(context, `after ${after}`, 'Manatee'), 'the session was forgotten');
}

async function back(container: TestContainer): Promise<string> {
  const began = performance.now();
  await container.ready(300_000);
  return `ready after ${Math.round(performance.now() - began)} ms`;
}

/** In this order: each leaves the shared container running for the next. */
export const lifeRows: readonly Row[] = [
  {
    id: 'killed',
    group,
    title: 'comes back after kill -9 of the runtime, on the same state, and is not ready meanwhile',
    check: async (context) => {
      const container = await context.bench.shared();
      const { runtime } = context.subject;
      context.bench.model.respond({ kind: 'text', text: 'I will', within: 'Manatee' });
      await say(container, runtime, {
        text: 'remember the Manatee',
        session: 'lasting',
        limit: context.bench.patience,
      });
      const before = (await container.health()).runtime?.restarts ?? 0;
      await container.signal(await container.runtimePid(), 'KILL');
      await until('not ready', async () => !(await container.get('/ready')).ok || undefined, 20_000);
      await until(
        'the restart',
        async () => ((await container.health()).runtime?.restarts ?? 0) > before || undefined,
      );
      const note = await back(container);
      await remembers(context, container, 'the kill');
      return note;
    },
  },
  {
    id: 'term-mid-turn',
    group,
    title: 'answers the turn in flight before it stops, and the container ends with 0',
    check: async (context) => {
      const container = await context.bench.shared();
      const { bench, subject } = context;
      bench.model.respond({
        kind: 'text',
        text: 'the nautilus came late',
        within: 'nautilus',
        delay_ms: 3_000,
      });
      const reply = say(container, subject.runtime, {
        text: 'wait for the nautilus',
        session: 'late',
        limit: bench.patience,
      });
      await until(
        'the turn',
        () => bench.model.requests.some(({ body }) => JSON.stringify(body).includes('nautilus')) || undefined,
      );
      const code = await container.stop(120);
      const answer = await reply;
      demand(answer.text.includes('came late'), `the reply was "${answer.text}" ${answer.code}`);
      demand(code === 0, `the container ended with ${code}`);
      return '';
    },
  },
  {
    id: 'second-start',
    group,
    title: 'starts again on the state of an earlier start, and remembers',
    check: async (context) => {
      const container = await context.bench.shared();
      await container.startAgain();
      const note = await back(container);
      await remembers(context, container, 'the stop');
      return note;
    },
  },
  {
    id: 'stale-files',
    group,
    title: 'starts again after the whole container was killed, whatever locks it left',
    check: async (context) => {
      const container = await context.bench.shared();
      await docker(['kill', '-s', 'KILL', container.id]);
      await container.exitCode();
      await container.startAgain();
      const note = await back(container);
      await remembers(context, container, 'the crash');
      return note;
    },
  },
  {
    id: 'term-idle',
    group,
    title: 'stops with 0 when it is idle',
    check: async (context) => {
      const container = await context.bench.shared();
      const began = performance.now();
      const code = await container.stop(120);
      demand(code === 0, `the container ended with ${code}`);
      return `${Math.round(performance.now() - began)} ms`;
    },
  },
];
