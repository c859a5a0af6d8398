import { createHmac } from 'node:crypto';
import type { IncomingHttpHeaders, RequestListener } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { type OutgoingPart, SendFailed } from '../adapter.ts';
import { deadAddress } from '../testing.ts';
import { closeStages, openStage, secret, serve } from './testing.ts';

afterEach(closeStages);

const to = { chat: 'c', thread: 't', message: 'm' };
const text: OutgoingPart = { kind: 'text', text: 'hi', plain: 'hi' };
const never = new AbortController().signal;

async function deliverTo(listener: RequestListener) {
  const { channel } = await openStage({ url: await serve(listener) });
  return (part = text, signal = never) => channel.send(to, part, 'key-1', signal);
}

async function failure(promise: Promise<void>): Promise<object> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof SendFailed)) throw new Error(`not a SendFailed: ${error}`);
  return { ...error.failure, message: error.message };
}

test('an answer is POSTed with the id of its message, its own id, and a signature like ours', async () => {
  let got: { headers: IncomingHttpHeaders; body: string } | undefined;
  const send = await deliverTo(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    got = { headers: request.headers, body };
    response.end('thanks');
  });
  await send();
  const [, time, v1] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(got?.headers['x-clawden-signature'])) ?? [];
  expect(v1).toBe(createHmac('sha256', secret).update(`${time}.${got?.body}`).digest('hex'));
  expect(Math.abs(Number(time) - Date.now() / 1000)).toBeLessThan(5);
  expect(JSON.parse(got?.body ?? '')).toEqual({
    id: 'key-1',
    in_reply_to: 'm',
    channel: 'hook',
    chat: 'c',
    thread: 't',
    text: 'hi',
  });
  await send({ kind: 'file', name: 'a', mediaType: 'text/plain', data: Buffer.from('x') });
  expect(JSON.parse(got?.body ?? '')).toMatchObject({
    text: '',
    files: [{ name: 'a', type: 'text/plain', base64: 'eA==' }],
  });
});

describe('an answer that is not taken', () => {
  test.each([
    [500, {}, { outcome: 'later', uncertain: true }],
    [503, { 'retry-after': '7' }, { outcome: 'later', uncertain: false, retryAfter: 7000 }],
    [429, {}, { outcome: 'later', uncertain: false }],
    [302, { location: '/elsewhere' }, { outcome: 'refused', uncertain: false }],
    [401, {}, { outcome: 'refused', uncertain: false }],
    [410, {}, { outcome: 'gone', uncertain: false }],
  ])('with %i', async (status, headers, expected) => {
    const send = await deliverTo((_request, response) => response.writeHead(status, headers).end());
    expect(await failure(send())).toMatchObject(expected);
  });

  test('because nobody is there, or nobody answers', async () => {
    const root = await deadAddress();
    const { channel } = await openStage({ url: `${root}/key-of-the-path` });
    const gone = await failure(channel.send(to, text, 'k', never));
    expect(gone).toEqual({
      outcome: 'later',
      uncertain: false,
      message: `no answer from ${new URL(root).host} (ECONNREFUSED)`,
    });
    const send = await deliverTo(() => undefined);
    expect(await failure(send(text, AbortSignal.timeout(50)))).toMatchObject({
      outcome: 'later',
      uncertain: true,
    });
    const rude = await deliverTo((request) => request.socket.destroy());
    expect(await failure(rude())).toMatchObject({ outcome: 'later', uncertain: true });
  });
});

test('what the relay says beside an answer goes nowhere', async () => {
  const asked: string[] = [];
  const { channel } = await openStage({ url: await serve(({ url }) => void asked.push(url ?? '')) });
  await channel.send({ chat: 'c' }, text, 'k', never);
  expect(asked).toEqual([]);
});
