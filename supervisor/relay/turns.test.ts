import { expect, test } from 'vitest';
import type { Endpoint, MessageApi, Turn, TurnEvent } from '../../runtimes/contract.ts';
import { createTurns } from './turns.ts';

const endpoint: Endpoint = { host: '127.0.0.1', port: 1, bearer: 'x' };
const never = new AbortController().signal;
const turn = (session: string): Turn => ({
  session,
  messages: [{ role: 'user', text: 'hi' }],
  origin: 'api',
});

/** A runtime whose turns end when the test says so. */
function setUp() {
  const said: string[] = [];
  const gates = new Map<string, () => void>();
  const api: MessageApi = {
    connect: () => ({
      send: async function* ({ session }, signal) {
        said.push(`${session} sent`);
        await new Promise<void>((resolve) => {
          gates.set(session, resolve);
          signal.addEventListener('abort', () => resolve());
        });
        if (!signal.aborted) yield { kind: 'done' };
      },
      close: () => void said.push('closed'),
    }),
  };
  const turns = createTurns(api, {
    inFlight: (count) => said.push(`${count}`),
    changed: () => undefined,
  });
  return { said, turns, finish: (session: string) => gates.get(session)?.() };
}

async function all(events: AsyncIterable<TurnEvent>): Promise<TurnEvent[]> {
  const list: TurnEvent[] = [];
  for await (const event of events) list.push(event);
  return list;
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('without a runtime a turn says that it is not available', async () => {
  const { turns, said } = setUp();
  expect(turns.refusal()).toBe('unavailable');
  expect(await all(turns.run(turn('a'), never))).toMatchObject([
    { kind: 'error', code: 'runtime-unavailable' },
  ]);
  expect(said).toEqual(['1', '0']);
});

test('drain waits for what is in flight, also for what waits in line', async () => {
  const { turns, said, finish } = setUp();
  turns.runtime(endpoint);
  const first = all(turns.run(turn('a'), never));
  const second = all(turns.run(turn('a'), never));
  await settle();
  void turns.drain().then(() => said.push('drained'));
  expect(turns.refusal()).toBe('draining');
  expect(said).toEqual(['1', '2', 'a sent']);
  finish('a');
  await first;
  await settle();
  finish('a');
  expect(await second).toEqual([{ kind: 'done' }]);
  expect(said).toEqual(['1', '2', 'a sent', '1', 'a sent', '0', 'drained']);
});

test('drain with nothing in flight is over at once, also the second time', async () => {
  const { turns } = setUp();
  await turns.drain();
  await turns.drain();
  expect(turns.refusal()).toBe('draining');
});

test('who waits for the runtime hears of every change', async () => {
  let changes = 0;
  const api: MessageApi = { connect: () => ({ send: async function* () {}, close: () => undefined }) };
  const turns = createTurns(api, { inFlight: () => undefined, changed: () => (changes += 1) });
  turns.runtime(endpoint);
  turns.runtime(null);
  await turns.drain();
  expect(changes).toBe(3);
});

test('a waiting turn whose client left is never sent', async () => {
  const { turns, said, finish } = setUp();
  turns.runtime(endpoint);
  const first = all(turns.run(turn('a'), never));
  const gone = new AbortController();
  const second = all(turns.run(turn('a'), gone.signal));
  await settle();
  gone.abort();
  expect(await second).toEqual([]);
  finish('a');
  await first;
  expect(said.filter((one) => one === 'a sent')).toHaveLength(1);
});

test('a client is closed only when its last turn is over', async () => {
  const { turns, said, finish } = setUp();
  turns.runtime(endpoint);
  const running = all(turns.run(turn('a'), never));
  await settle();
  turns.runtime(null);
  expect(said).not.toContain('closed');
  finish('a');
  expect(await running).toEqual([{ kind: 'done' }]);
  expect(said).toContain('closed');
});
