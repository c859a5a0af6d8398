import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { selfSigned } from '../fakes/model/certificate.ts';
import { startProxy } from '../fakes/platform/proxy.ts';
import { type FakeTelegram, startTelegram } from '../fakes/telegram/server.ts';
import { isReport } from './channel-stage.ts';
import type { RelayOptions } from './relay-process.ts';
import { type ServedStage, servedChannel, servedStage } from './served-stage.ts';

const token = '4711:good';
let telegram: FakeTelegram;
let cleanup: (() => unknown)[] = [];
const folder = mkdtempSync(join(tmpdir(), 'clawden-telegram-'));
afterAll(() => rmSync(folder, { recursive: true }));

beforeEach(async () => {
  telegram = await startTelegram();
  telegram.addBot({ token, username: 'den_bot' });
  cleanup = [() => telegram.close()];
});
afterEach(async () => {
  for (const each of cleanup.reverse()) await each();
  for (const name of ['state', 'workspace']) rmSync(join(folder, name), { recursive: true, force: true });
});

async function open(
  root: string | undefined = telegram.url,
  options: RelayOptions = {},
): Promise<ServedStage> {
  mkdirSync(join(folder, 'workspace'), { recursive: true });
  const fields: Record<string, string> = root === undefined ? {} : { api_root: root };
  const stage = await servedStage([servedChannel('telegram', fields, { token }, ['7'])], {
    ...options,
    setup: { state: join(folder, 'state'), workspace: join(folder, 'workspace'), ...options.setup },
  });
  cleanup.push(stage.close);
  return stage;
}

test('a message gets the reply of the runtime as Telegram shows it, and strangers get no word', async () => {
  const { relay } = await open();
  telegram.inject({ from: 8, text: 'let me in' });
  telegram.inject({ from: 7, text: '**bold** & <plain> [[delay 1200]]\n\n`code`' });
  const sent = await telegram.nextSent();
  expect(sent).toMatchObject({ chat_id: 7, text: expect.stringMatching(/^bold & <plain>\s+code$/) });
  expect(sent.params).toMatchObject({ parse_mode: 'HTML' });
  expect(telegram.calls({ method: 'sendChatAction' })).not.toEqual([]);
  expect(await relay.message('channel', isReport(null))).toMatchObject({ account: '@den_bot' });
  await sleep(300);
  expect(telegram.sent()).toHaveLength(1);
  expect(relay.output()).not.toMatch(/bold|let me in|4711:good/);
});

test('in a group it answers who mentions it, in the topic and to the message, and a long reply in parts', async () => {
  await open();
  const chat = { id: -1001, type: 'supergroup', is_forum: true } as const;
  telegram.inject({ from: 7, chat, message_thread_id: 5, text: 'not for you' });
  const text = `@den_bot ${'many words '.repeat(800)}`;
  const { message_id } = telegram.inject({ from: 7, chat, message_thread_id: 5, text });
  const parts = [await telegram.nextSent(), await telegram.nextSent()];
  for (const part of parts) expect(part).toMatchObject({ chat_id: -1001, params: { message_thread_id: 5 } });
  expect(parts[0]?.params).toMatchObject({ reply_parameters: { message_id } });
  expect(parts[1]?.params).not.toHaveProperty('reply_parameters');
});

test('an album reaches the agent as one message with its files', async () => {
  const { gateway } = await open();
  const file = (name: string) => ({ kind: 'document' as const, name, data: Buffer.from(name) });
  telegram.inject({ from: 7, text: 'both', files: [file('a.txt'), file('b.txt')] });
  const { text } = await telegram.nextSent();
  expect(text).toMatch(/both[\s\S]*a\.txt[\s\S]*b\.txt/);
  expect(gateway.began).toHaveLength(1);
});

test('kills of the relay lose nothing, and there are never two polls', async () => {
  let stage = await open();
  for (let round = 0; round < 3; round += 1) {
    for (let index = 0; index < 20; index += 1) telegram.inject({ from: 7, text: `m${round}-${index}` });
    await sleep(40 * round);
    stage.relay.child.kill('SIGKILL');
    stage = await open();
  }
  const all = Array.from({ length: 60 }, (_, index) => `m${Math.floor(index / 20)}-${index % 20}`);
  const answered = () => telegram.sent().map(({ text }) => /m\d-\d+/.exec(text)?.[0]);
  await expect.poll(() => [...new Set(answered())], { timeout: 20_000 }).toEqual(all);
  const twice = telegram
    .sent()
    .filter(({ text }, index) => answered().indexOf(/m\d-\d+/.exec(text)?.[0]) < index);
  expect(twice.every(({ text }) => text.includes('again'))).toBe(true);
  expect(telegram.polls().max).toBe(1);
});

test('a runtime that takes the bot over finds every message that was not answered, and no poll', async () => {
  const { relay } = await open();
  telegram.inject({ from: 7, text: 'mine' });
  await telegram.nextSent({ text: 'mine' });
  relay.send({ kind: 'access', channel: 'telegram', access: { role: 'watch', allowFrom: ['7'] } });
  await relay.message('released');
  telegram.inject({ from: 7, text: 'yours' });
  const response = await fetch(`${telegram.url}/bot${token}/getUpdates`);
  const left = (await response.json()) as { result: { message: { text: string } }[] };
  expect(left.result.map(({ message }) => message.text)).toEqual(['yours']);
  expect(telegram.polls()).toEqual({ open: 0, max: 1 });
});

describe('Telegram itself, behind a proxy', () => {
  test.each(['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE'])(
    'is polled, written to and asked for files, and its authority may come by %s',
    async (variable) => {
      const certificate = selfSigned(['api.telegram.org']);
      const ca = join(folder, `${variable}.pem`);
      writeFileSync(ca, certificate.cert);
      const front = https.createServer(certificate, (request, response) => {
        const { url: path, method, headers } = request;
        const onward = http.request({ port: telegram.port, path, method, headers }, (answer) => {
          response.writeHead(answer.statusCode ?? 0, answer.headers);
          answer.pipe(response);
        });
        onward.on('error', () => response.destroy());
        response.on('close', () => onward.destroy());
        request.pipe(onward);
      });
      await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
      const proxy = await startProxy('127.0.0.1', (front.address() as AddressInfo).port);
      cleanup.push(
        () => front.close(),
        () => proxy.close(),
      );
      const environment = {
        HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`,
        NO_PROXY: '127.0.0.1',
        [variable]: ca,
      };
      const { relay } = await open('', { environment });
      telegram.inject({ from: 7, text: 'see', file: { name: 'a.txt', data: Buffer.from('content') } });
      expect((await telegram.nextSent()).text).toMatch(
        /see[\s\S]*file saved: inbox\/telegram\/a\.txt, 7 bytes/,
      );
      expect(relay.received.filter(({ kind }) => kind === 'channel').at(-1)).toMatchObject({ reason: null });
    },
  );
});
