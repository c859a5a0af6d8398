import { afterEach, describe, expect, test } from 'vitest';
import { calls, offer, startPicoGateway, type Timed } from '../../test/fakes/pico-gateway.ts';
import type { TurnEvent } from '../contract.ts';
import { messages } from './messages.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** What a turn gives when PicoClaw sends these frames. */
async function turn(frames: readonly Timed[], files: Record<string, Buffer>): Promise<TurnEvent[]> {
  const { endpoint, close } = await startPicoGateway(frames, files);
  closers.push(close);
  const asked = { session: 's1', messages: [{ role: 'user', text: 'hi' }], origin: 'api' } as const;
  const events: TurnEvent[] = [];
  for await (const event of messages.connect(endpoint).send(asked, new AbortController().signal)) {
    events.push(event);
  }
  return events;
}

const answer = (content: string): object => ({ content, context_usage: { used_tokens: 1 } });
const file = (name: string): object => ({
  kind: 'file',
  name: `${name}.txt`,
  mediaType: 'text/plain',
  data: Buffer.from(name),
});
const files = { '/pico/media/a': Buffer.from('a'), '/pico/media/b': Buffer.from('b') };
const done = { kind: 'done' };

describe('files that the agent sends', () => {
  test('come before the words of a turn that goes on', async () => {
    const frames: Timed[] = [
      [0, offer('a')],
      [0, calls('send_file', 'list_dir')],
      [600, answer('here')],
    ];
    expect(await turn(frames, files)).toEqual([file('a'), { kind: 'delta', text: 'here' }, done]);
  });

  test.each([
    ['before', [calls('send_file', 'send_file'), offer('a'), offer('b')]],
    ['after', [offer('a'), offer('b'), calls('send_file', 'send_file')]],
    ['between', [offer('a'), calls('send_file', 'send_file'), offer('b')]],
    ['after those of another tool', [calls('exec'), offer('a'), offer('b'), calls('send_file', 'send_file')]],
    ['after one that failed', [calls('send_file'), offer('a'), calls('send_file', 'send_file'), offer('b')]],
  ])('end it when the model asked for nothing else, its calls told %s', async (_when, payloads) => {
    const frames = payloads.map((payload): Timed => [0, payload]);
    expect(await turn(frames, files)).toEqual([file('a'), file('b'), done]);
  });

  test('end it too when PicoClaw has so much to send that the calls come late', async () => {
    const frames: Timed[] = [
      [0, calls('exec')],
      [0, offer('a')],
      [350, calls('exec')],
      [350, calls('send_file')],
    ];
    expect(await turn(frames, files)).toEqual([file('a'), done]);
  });

  test('do not end it while the model is told that one of them failed', async () => {
    const frames: Timed[] = [
      [0, calls('send_file', 'send_file')],
      [0, offer('a')],
      [600, calls('send_file')],
      [600, answer('b is not there')],
    ];
    expect(await turn(frames, files)).toEqual([file('a'), { kind: 'delta', text: 'b is not there' }, done]);
  });

  test.each([
    ['is gone', offer('gone')],
    ['is elsewhere', offer('gone', '//127.0.0.2/pico/media/a')],
    ['is not a file', offer('gone', '/pico/media/../ws')],
    ['is too large', offer('gone', '/pico/media/large')],
  ])('are named in the reply where one %s', async (_why, payload) => {
    const large = { '/pico/media/large': Buffer.alloc(50 * 1024 * 1024 + 1) };
    expect(
      await turn(
        [
          [0, calls('send_file')],
          [0, payload],
        ],
        { ...files, ...large },
      ),
    ).toEqual([{ kind: 'delta', text: '(the file gone.txt could not be fetched)' }, done]);
  });
});
