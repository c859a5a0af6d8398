import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AdapterHost, ChannelAdapter } from '../../supervisor/channels/adapter.ts';
import { createChannels } from '../../supervisor/relay/channels/channels.ts';
import type { RelayChannel } from '../../supervisor/relay/protocol.ts';
import { startPlain } from '../fakes/plain/server.ts';
import { startTelegram } from '../fakes/telegram/server.ts';
import { plainChannel } from '../relay/channel-stage.ts';
import { startTwin } from '../relay/kills.ts';
import { freePort, startRelay } from '../relay/relay-process.ts';
import { anonymous, type Figure, mebibytes, milliseconds } from './figures.ts';

const MESSAGES = 10_000;
const CONVERSATIONS = 200;
const PER_SECOND = 50;
const SECONDS = 20;

/** The table `channels` of docs/benchmarks.md. */
export async function channelFigures(): Promise<Figure[]> {
  const perSecond = await throughput();
  const latency = await addedLatency();
  const memory = await memories();
  return [
    {
      name: 'messages through queue and adapter',
      value: `${Math.round(perSecond)} a second`,
      goal: '≥ 1000 a second',
      met: perSecond >= 1_000,
      how: `${MESSAGES} in ${CONVERSATIONS} conversations, from arrival to the reply's end, on a disk; adapter and runtime answer at once and in the same process`,
    },
    {
      name: 'relayed message: added latency, p50',
      value: milliseconds(latency.p50),
      goal: '≤ 5 ms',
      met: latency.p50 <= 5,
      how: `${PER_SECOND} a second for ${SECONDS} s, from a platform's long poll to its receipt of the reply, by HTTP on both sides; the runtime is a process that answers at once`,
    },
    {
      name: 'relayed message: added latency, p99',
      value: milliseconds(latency.p99),
      goal: '≤ 20 ms',
      met: latency.p99 <= 20,
      how: 'the same',
    },
    ...memory.map(({ name, bytes }) => ({
      name: `relay: anonymous memory, ${name}`,
      value: mebibytes(bytes),
      how: 'five seconds after the start, connected and idle',
    })),
  ];
}

/** Messages per second, all there at once. */
async function throughput(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'clawden-bench-'));
  let host: AdapterHost | undefined;
  let sent = 0;
  const adapter: ChannelAdapter = {
    fileLimit: 1,
    format: (text) => [{ kind: 'text', text, plain: text }],
    open: (_account, given) => {
      host = given;
      return {
        send: async () => {
          sent += 1;
        },
        typing: async () => undefined,
        fetchFile: async () => Buffer.alloc(0),
        release: async () => undefined,
      };
    },
  };
  const channels = createChannels({
    ...{ instance: 'i', runtime: 'r', state: folder, workspace: folder, images: false },
    channels: [plainChannel('', { access: { role: 'serve', allowFrom: ['*'] } })],
    turns: {
      refusal: () => undefined,
      run: async function* () {
        yield { kind: 'delta', text: 'an answer' };
        yield { kind: 'done' };
      },
      runtime: () => undefined,
      drain: async () => undefined,
    },
    log: () => undefined,
    send: () => undefined,
    loadCheck: async () => undefined,
    wait: async () => undefined,
    loadAdapter: () => adapter,
    now: Date.now,
    random: Math.random,
  });
  while (!host) await sleep(1);
  const began = performance.now();
  for (let n = 0; n < MESSAGES; n += 1) {
    const chat = `c${n % CONVERSATIONS}`;
    host.receive({
      ...{ id: `${n}`, to: { chat }, sender: { id: chat, name: chat }, direct: true, mentioned: false },
      ...{ text: `question ${n}`, files: [] },
    });
    // A platform hands over what has come, and lets others work.
    if (n % 100 === 99) await new Promise((resolve) => setImmediate(resolve));
  }
  while (sent < MESSAGES) await sleep(5);
  const seconds = (performance.now() - began) / 1000;
  channels.close();
  rmSync(folder, { recursive: true, force: true });
  return MESSAGES / seconds;
}

async function addedLatency(): Promise<{ p50: number; p99: number }> {
  const platform = await startPlain();
  const port = await freePort();
  const twin = await startTwin(port, 0, '/dev/null');
  const channels = [plainChannel(platform.url, { access: { role: 'serve', allowFrom: ['*'] } })];
  const relay = await startRelay({ setup: { channels } });
  relay.send({ kind: 'runtime', endpoint: { host: '127.0.0.1', port, bearer: 'x' } });
  const times: number[] = [];
  const one = async (chat: string): Promise<void> => {
    const began = performance.now();
    const arrived = platform.arrival(chat);
    platform.write('x', { to: { chat } });
    await arrived;
    times.push(performance.now() - began);
  };
  try {
    for (let warm = 0; warm < 200; warm += 1) await one(`warm${warm}`);
    times.length = 0;
    const all: Promise<void>[] = [];
    for (let n = 0; n < PER_SECOND * SECONDS; n += 1) {
      all.push(one(`c${n}`));
      await sleep(1000 / PER_SECOND);
    }
    await Promise.all(all);
  } finally {
    twin.kill('SIGKILL');
    await relay.stop();
    await platform.close();
  }
  times.sort((a, b) => a - b);
  const at = (share: number): number => times[Math.floor(times.length * share)] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99) };
}

async function memories(): Promise<{ name: string; bytes: number }[]> {
  const telegram = await startTelegram();
  const served = Array.from({ length: 10 }, (_, index): RelayChannel => {
    const token = `${index + 1}:bench`;
    telegram.addBot({ token, username: `bench${index}_bot` });
    const fields = { api_root: telegram.url };
    return {
      ...{ name: `t${index}`, type: 'telegram', fields, secrets: { token } },
      ...{ groups: 'mention', access: { role: 'serve', allowFrom: ['1'] } },
    };
  });
  const sizes: { name: string; bytes: number }[] = [];
  const kinds = {
    'no channel': [],
    'one native channel': served
      .slice(0, 1)
      .map((one) => ({ ...one, access: { ...one.access, role: 'watch' as const } })),
    'one relayed channel': served.slice(0, 1),
    'ten relayed channels': served,
  };
  for (const [name, channels] of Object.entries(kinds)) {
    const relay = await startRelay({ setup: { channels } });
    await sleep(5_000);
    sizes.push({ name, bytes: anonymous(relay.pid) });
    await relay.stop();
  }
  await telegram.close();
  return sizes;
}

if (import.meta.main)
  for (const { name, value } of await channelFigures()) console.log(name.padEnd(50), value);
