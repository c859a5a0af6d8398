import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { secret, signed } from '../../supervisor/channels/webhook/testing.ts';
import { createStage } from '../../supervisor/http/testing.ts';
import { plainChannel } from './channel-stage.ts';
import type { RelayOptions } from './relay-process.ts';
import { type ServedStage, servedChannel, servedStage } from './served-stage.ts';

const front = createStage();
let cleanup: (() => unknown)[] = [];
let stage: ServedStage;
let agent = '';

beforeEach(() => {
  cleanup = [front.close];
});
afterEach(async () => {
  for (const each of cleanup.reverse()) await each();
});

/** A relay with a webhook, behind PID 1's own port. */
async function open(fields: { url?: string } = {}, options: RelayOptions = {}): Promise<void> {
  const webhook = servedChannel('webhook', fields, { secret }, ['alerts', 'ops']);
  const deaf = plainChannel('http://127.0.0.1:1');
  stage = await servedStage([webhook, deaf], options);
  cleanup.push(stage.close);
  const { socket: socketPath, internalKey } = stage.relay.setup;
  agent = `http://127.0.0.1:${await front.front(undefined, { ports: { relay: () => ({ socketPath, internalKey }) } })}`;
  await expect.poll(() => post('{}').then(({ status }) => status)).toBe(400);
}

async function post(body: string, header: string | null = signed(body), channel = 'webhook') {
  const headers: Record<string, string> = header === null ? {} : { 'x-clawden-signature': header };
  const response = await fetch(`${agent}/hooks/${channel}`, { method: 'POST', body, headers });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const message = (text: string, more: object = {}): string => JSON.stringify({ sender: 'ops', text, ...more });

test('the lines of docs/webhook.md get the reply of the runtime', async () => {
  await open();
  const page = readFileSync(new URL('../../docs/webhook.md', import.meta.url), 'utf8');
  const lines = /```sh\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
  const env = { PATH: process.env['PATH'], AGENT: agent, WEBHOOK_SECRET: secret };
  const { stdout } = await promisify(execFile)('sh', ['-c', lines], { env });
  expect(JSON.parse(stdout)).toEqual({
    id: 'disk-1',
    text: expect.stringContaining('The disk of db1 is 93 % full'),
  });
});

test('who may not ask learns why, and nothing reaches the runtime', async () => {
  await open();
  const hello = message('hello');
  const seen = [
    await post(hello, null),
    await post(hello, signed(hello, 0, 'another secret')),
    await post(hello, signed(hello, -400)),
    await post(JSON.stringify({ sender: 'stranger', text: 'hello' })),
    await post(hello, signed(hello), 'nobody'),
    await post(hello, signed(hello), 'support'),
    await post(message('x'.repeat(1024 * 1024))),
  ];
  expect(seen.map(({ status, body }) => [status, Object(body['error']).code])).toEqual([
    [401, 'signature_missing'],
    [401, 'signature_wrong'],
    [401, 'signature_expired'],
    [403, 'sender_not_allowed'],
    [404, 'not_found'],
    [404, 'not_found'],
    [413, 'request_too_large'],
  ]);
  expect(stage.gateway.began).toEqual([]);
  expect(stage.relay.output()).not.toMatch(/hello|0123456789abcdef/);
});

test('the same request is taken once, the same id is answered once', async () => {
  await open();
  const body = message('[[delay 300]] once', { id: 'a' });
  const header = signed(body, -60);
  const fresh = signed(body, -30);
  const answers = await Promise.all([post(body, header), post(body, header), post(body, fresh)]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 409]);
  expect(await post(body)).toEqual({ status: 200, body: { id: 'a', text: 'once' } });
  expect(await post(message('other', { id: 'a' }))).toMatchObject({ status: 409 });
  expect(stage.gateway.began).toHaveLength(1);
});

test('a hundred messages of a chat may wait, a command is answered beside them, and /stop ends all', async () => {
  await open();
  expect((await post(message('/help'))).body['text']).toMatch(/\/new starts/);
  const first = post(message('[[delay 5000]] long'));
  await expect.poll(() => stage.gateway.began.length).toBe(1);
  const others = Array.from({ length: 99 }, (_, index) => post(message(`waits ${index}`)));
  await expect.poll(async () => (await post(message('/status'))).body['text']).toMatch(/waiting: 100\b/);
  expect(await post(message('too much'))).toMatchObject({
    status: 429,
    body: { error: { code: 'too_many_waiting' } },
  });
  expect((await post(message('/stop'))).body['text']).toMatch(/^Stopped/);
  for (const { status, body } of await Promise.all([first, ...others])) {
    expect([status, body['text']]).toEqual([200, '']);
  }
});

test('files come and go with a message', async () => {
  await open();
  const { workspace } = stage.relay.setup;
  mkdirSync(workspace);
  writeFileSync(join(workspace, 'out.txt'), 'made here');
  const files = [{ name: 'in.txt', base64: Buffer.from('from you').toString('base64') }];
  const { body } = await post(message('see [this](out.txt)', { files }));
  expect(body).toMatchObject({
    text: expect.stringContaining('file saved: inbox/webhook/in.txt'),
    files: [{ name: 'out.txt', base64: Buffer.from('made here').toString('base64') }],
  });
  expect(readFileSync(join(workspace, 'inbox/webhook/in.txt'), 'utf8')).toBe('from you');
});

test('with an address the reply is POSTed there, again under the same id where that failed', async () => {
  const got: { id: string; in_reply_to: string; text: string }[] = [];
  const receiver = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    // Asked for its head before the start: a server that is down then is no reason to take no messages.
    if (request.method === 'POST') got.push(JSON.parse(text));
    response.writeHead(got.length < 2 ? 500 : 204).end();
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  cleanup.push(() => receiver.close());
  await open({ url: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/replies` });
  expect(await post(message('hello', { id: 'a' }))).toEqual({ status: 202, body: { id: 'a' } });
  await expect.poll(() => got, { timeout: 5_000 }).toHaveLength(2);
  expect(got[0]).toMatchObject({ in_reply_to: 'a', channel: 'webhook', chat: 'ops', text: 'hello' });
  expect(got[1]?.id).toBe(got[0]?.id);
});

test('an answer that a kill of the relay has cut off is there for who asks again', async () => {
  const state = mkdtempSync(join(tmpdir(), 'clawden-webhook-'));
  cleanup.push(() => rmSync(state, { recursive: true, force: true }));
  await open({}, { setup: { state } });
  const body = message('[[delay 1000]] kept', { id: 'a' });
  const cut = post(body, signed(body, -9)).then(
    ({ status }) => status,
    () => 'cut',
  );
  await expect.poll(() => stage.gateway.began.length).toBe(1);
  stage.relay.child.kill('SIGKILL');
  expect([503, 'cut']).toContain(await cut);
  await open({}, { setup: { state } });
  let age = 10;
  const again = async () => {
    age += 1;
    return post(body, signed(body, -age));
  };
  let answer = await again();
  // Until what was kept is read.
  while (answer.status === 503) answer = await again();
  expect(answer).toEqual({ status: 200, body: { id: 'a', text: '(asked again after a restart)\n\nkept' } });
});
