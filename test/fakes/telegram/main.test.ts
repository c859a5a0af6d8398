import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const main = fileURLToPath(new URL('../testing/main.ts', import.meta.url));
const child = spawn(process.execPath, [
  '--import',
  'tsx',
  main,
  'telegram',
  '--port',
  '0',
  '--host',
  '0.0.0.0',
]);
let url = '';

beforeAll(async () => {
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  url = `http://127.0.0.1:${(JSON.parse(line) as { port: number }).port}`;
});
afterAll(() => void child.kill('SIGKILL'));

async function fake(name: string, body?: object): Promise<unknown> {
  const [method = '', path = ''] = name.split(' ');
  const init = body ? { method, body: JSON.stringify(body) } : { method };
  const response = await fetch(`${url}/_fake/${path}`, init);
  return { status: response.status, body: await response.json() };
}

function bot(method: string, params: object): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  return fetch(`${url}/bot9:x/${method}`, { method: 'POST', headers, body: JSON.stringify(params) });
}

test('the program can be steered and read over HTTP', async () => {
  expect(await (await bot('getMe', {})).json()).toMatchObject({ error_code: 401 });
  expect(await fake('POST bots', { token: '9:x', username: 'nine_bot' })).toMatchObject({ body: { id: 9 } });
  const said = await fake('POST inject', { from: 7, text: '/start now' });
  expect(said).toEqual({ status: 200, body: { update_id: 1, message_id: 1, chat_id: 7 } });
  const updates = await (await bot('getUpdates', { timeout: 5 })).json();
  expect(updates).toMatchObject({ result: [{ message: { text: '/start now', entities: [{ length: 6 }] } }] });
  const next = fake('GET next?chat=7&timeout_ms=5000');
  await bot('sendMessage', { chat_id: 7, text: 'hello' });
  await bot('sendMessage', { chat_id: 7, text: 'again' });
  await bot('editMessageText', { chat_id: 7, message_id: 2, text: 'hello there' });
  expect(await next).toMatchObject({ status: 200, body: { text: 'hello', message_id: 2 } });
  expect(await fake('GET next?text=there')).toMatchObject({ body: { text: 'hello there' } });
  expect(await fake('GET next?chat=7')).toMatchObject({ body: { text: 'again' } });
  expect(await fake('GET next?chat=7&timeout_ms=50')).toMatchObject({ status: 408 });
  expect(await fake('GET sent?chat=7')).toMatchObject({ body: [{ text: 'hello there' }, { text: 'again' }] });
  const data = Buffer.from([0, 255]).toString('base64');
  await fake('POST inject', { messages: [{ from: 8, file: { kind: 'voice', data } }] });
  const form = new FormData();
  form.set('chat_id', '8');
  form.set('document', new Blob([Buffer.from([0, 255])]), 'a.bin');
  await fetch(`${url}/bot9:x/sendDocument`, { method: 'POST', body: form });
  expect(await fake('GET next?chat=8')).toMatchObject({ body: { files: [{ name: 'a.bin', data }] } });
  expect(await fake('GET polls/log')).toMatchObject({ body: [{ outcome: 'answered', updates: 1 }] });
  expect(await fake('GET polls')).toEqual({ status: 200, body: { open: 0, max: 0 } });
  await fake('POST fail', { method: 'sendMessage', status: 429, retry_after: 9, times: 2 });
  const refused = await bot('sendMessage', { chat_id: 7, text: 'x' });
  expect([refused.status, await refused.json()]).toMatchObject([429, { parameters: { retry_after: 9 } }]);
  await fake('DELETE fail');
  expect((await bot('sendMessage', { chat_id: 7, text: 'x' })).status).toBe(200);
  const calls = await fake('GET calls?method=sendMessage');
  expect(calls).toMatchObject({ body: [{ status: 200 }, { status: 200 }, { status: 429 }, { status: 200 }] });
  await fake('POST reset');
  expect(await fake('GET state')).toEqual({ status: 200, body: { bots: [] } });
  expect(await fake('GET sideways')).toMatchObject({ status: 404 });
});

test('the program ends on SIGTERM with an open poll', async () => {
  await fake('POST bots', { token: '9:x' });
  const polling = bot('getUpdates', { timeout: 30 }).catch(() => undefined);
  await expect.poll(() => fake('GET polls')).toMatchObject({ body: { open: 1 } });
  child.kill('SIGTERM');
  const [code] = (await once(child, 'exit')) as [number];
  expect(code).toBe(0);
  await polling;
});
