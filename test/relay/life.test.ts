import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { startTelegram } from '../fakes/telegram/server.ts';
import { startGatewayTwin } from './gateway-twin.ts';
import { type RelayOptions, type RelayProcess, spawnRelay, startRelay } from './relay-process.ts';

const cleanup: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const one of cleanup.splice(0)) await one();
});

async function start(options: RelayOptions = {}): Promise<RelayProcess> {
  const relay = await startRelay(options);
  cleanup.push(relay.stop);
  return relay;
}

async function withRuntime(): Promise<RelayProcess> {
  const relay = await start({ setup: { scriptedEcho: true } });
  const gateway = await startGatewayTwin({ url: relay.door, key: relay.setup.door.key });
  cleanup.push(gateway.close);
  relay.send({ kind: 'runtime', endpoint: gateway.endpoint });
  return relay;
}

function post(relay: RelayProcess, content: string): Promise<Response> {
  const body = JSON.stringify({ model: 'openclaw', messages: [{ role: 'user', content }] });
  return fetch(`${relay.api}/chat/completions`, { method: 'POST', body });
}

test('without a runtime /v1 says so and when to come back', async () => {
  const relay = await start();
  const answer = await post(relay, 'x');
  expect(answer.status).toBe(503);
  expect(answer.headers.get('retry-after')).toBe('5');
  expect(await answer.json()).toMatchObject({ error: { code: 'runtime_unavailable' } });
});

test('a runtime that went away is not asked any more', async () => {
  const relay = await withRuntime();
  expect((await post(relay, 'x')).status).toBe(200);
  relay.send({ kind: 'runtime', endpoint: null });
  await expect.poll(async () => (await post(relay, 'x')).status).toBe(503);
});

test('drain lets the turn in flight finish, refuses new ones and says when it is done', async () => {
  const relay = await withRuntime();
  const running = post(relay, '[[delay 600]] last words');
  await relay.message('turns', ({ inFlight }) => inFlight === 1);
  relay.send({ kind: 'drain' });
  await expect.poll(async () => (await post(relay, 'x')).status).toBe(503);
  expect(await (await post(relay, 'x')).json()).toMatchObject({ error: { code: 'draining' } });
  expect(relay.received.some(({ kind }) => kind === 'drained')).toBe(false);
  expect(await (await running).json()).toMatchObject({ choices: [{ message: { content: 'last words' } }] });
  await relay.message('drained');
});

test('it ends when PID 1 is gone', async () => {
  const relay = await start();
  relay.child.stdio[3]?.destroy();
  const [code] = await once(relay.child, 'exit');
  expect(code).toBe(0);
});

test('signals for a whole group do not cut it, and SIGUSR1 opens nothing', async () => {
  const relay = await withRuntime();
  const running = post(relay, '[[delay 400]] still here');
  await relay.message('turns', ({ inFlight }) => inFlight === 1);
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR1'] as const) process.kill(relay.pid, signal);
  expect((await running).status).toBe(200);
  expect(relay.output()).not.toMatch(/Debugger/i);
});

test('killed, it leaves nothing that stops the next one', async () => {
  const first = await start();
  process.kill(first.pid, 'SIGKILL');
  await once(first.child, 'exit');
  expect(existsSync(`/proc/${first.pid}`)).toBe(false);
  const second = await start({ setup: { socket: first.setup.socket, door: first.setup.door } });
  expect((await fetch(`${second.api}/models`)).status).toBe(200);
});

test('it is unreadable to its own uid before anything was said to it, unlike any other process', async () => {
  // Root reads everything, so that the test steps down where it can.
  const uid = process.getuid?.() === 0 ? 12_345 : undefined;
  const relay = await spawnRelay({ CANARY: 'x' }, uid);
  const other = spawn('/bin/sleep', ['60'], uid === undefined ? {} : { uid, gid: uid });
  cleanup.push(async () => {
    relay.kill('SIGKILL');
    other.kill('SIGKILL');
  });
  await expect.poll(() => readEnvironment(relay.pid, uid), { timeout: 5_000 }).toBe('EACCES');
  expect(readEnvironment(other.pid, uid)).toBe('readable');
  expect(relay.exitCode).toBe(null);
});

/** What a process of that uid gets when it reads the environment of another. */
function readEnvironment(pid: number | undefined, uid: number | undefined): string {
  const program = `try { require('fs').readFileSync('/proc/${pid}/environ'); console.log('readable') } catch (e) { console.log(e.code) }`;
  const options = { encoding: 'utf8', ...(uid === undefined ? {} : { uid, gid: uid }) } as const;
  return spawnSync(process.execPath, ['-e', program], options).stdout.trim();
}

/** A channel that the runtime speaks. */
const watched = { groups: 'mention', access: { role: 'watch', allowFrom: ['1'] } } as const;

test('accounts are asked at their platform and their state is told', async () => {
  const telegram = await startTelegram();
  cleanup.push(() => telegram.close());
  telegram.addBot({ token: '1:good', username: 'good_bot' });
  const fields = { api_root: telegram.url };
  const relay = await start({
    setup: {
      channels: [
        { name: 'good', type: 'telegram', fields, secrets: { token: '1:good' }, ...watched },
        { name: 'bad', type: 'telegram', fields, secrets: { token: '1:wrong' }, ...watched },
        { name: 'strange', type: 'no-such-type', fields: {}, secrets: {}, ...watched },
      ],
    },
  });
  expect(await relay.message('channel', ({ name }) => name === 'good')).toMatchObject({
    reason: null,
    account: '@good_bot',
  });
  expect(await relay.message('channel', ({ name }) => name === 'bad')).toMatchObject({
    reason: 'token-rejected',
  });
  await sleep(50);
  expect(relay.child.exitCode).toBe(null);
  expect(relay.output()).not.toMatch(/1:(good|wrong)/);
});

test('beside a program that runs once only the door is open: no /v1, no question to a platform, no word', async () => {
  const telegram = await startTelegram();
  cleanup.push(() => telegram.close());
  telegram.addBot({ token: '1:good', username: 'good_bot' });
  const fields = { api_root: telegram.url };
  const channels = [{ name: 'good', type: 'telegram', fields, secrets: { token: '1:good' }, ...watched }];
  const relay = await start({ setup: { doorOnly: true, channels } });
  const asked = await fetch(`${relay.door}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${relay.setup.door.key}` },
    body: JSON.stringify({ model: 'echo', messages: [{ role: 'user', content: 'anybody there?' }] }),
  });
  expect(await asked.text()).toContain('anybody there?');
  expect(existsSync(relay.setup.socket)).toBe(false);
  await sleep(300);
  expect(relay.received.map(({ kind }) => kind)).toEqual(['listening']);
  expect(relay.output()).toBe('');
});

test('a door whose port is taken ends it with a line that says so', async () => {
  const first = await start();
  await expect(start({ setup: { door: first.setup.door } })).rejects.toThrow(/EADDRINUSE/);
});
