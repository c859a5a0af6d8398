/**
 * Kills the relay and the runtime at random moments while people write, and looks at what they got.
 * `npm run kills` is the long run: 500 kills, half of them of each; `-- --kills N` another number.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Endpoint } from '../../runtimes/contract.ts';
import { words } from '../../supervisor/relay/channels/words.ts';
import { type PlainPlatform, startPlain } from '../fakes/plain/server.ts';
import { plainChannel } from './channel-stage.ts';
import { freePort, type RelayProcess, startRelay } from './relay-process.ts';

export interface KillsReport {
  readonly kills: { readonly relay: number; readonly runtime: number };
  /** Messages that the platform was told it may forget. */
  readonly acknowledged: number;
  /** Acknowledged, and no word came back. */
  readonly unanswered: readonly string[];
  /** Answered twice, and the second answer does not say so. */
  readonly twice: readonly string[];
  /** The runtime was asked twice, and the answer does not say so. */
  readonly askedTwice: readonly string[];
  /** Answered before a message of the same chat that came earlier. */
  readonly disorder: readonly string[];
  /** Answers that say that they may be there twice, that they were asked for again, that the relay gave up. */
  readonly marked: { readonly sentAgain: number; readonly askedAgain: number; readonly gaveUp: number };
  readonly seconds: number;
}

const CHATS = 40;
/** Milliseconds that a turn takes at most. */
const MOST_DELAY = 40;
/** Messages without an answer at which people wait: more would fill the queue, which is another test. */
const PATIENCE = 400;

export async function runKills(kills: number, perSecond: number): Promise<KillsReport> {
  const began = performance.now();
  const folder = mkdtempSync(join(tmpdir(), 'clawden-kills-'));
  const asked = join(folder, 'asked');
  writeFileSync(asked, '');
  const platform = await startPlain();
  const endpoint: Endpoint = { host: '127.0.0.1', port: await freePort(), bearer: 'x' };
  const channels = [plainChannel(platform.url, { access: { role: 'serve', allowFrom: ['*'] } })];
  const setup = { channels, state: join(folder, 'state'), workspace: join(folder, 'workspace') };
  let runtime = await startTwin(endpoint.port, MOST_DELAY, asked);
  let relay = await startRelay({ setup });
  const serve = (is: boolean): void => relay.send({ kind: 'runtime', endpoint: is ? endpoint : null });
  serve(true);

  const writing = new AbortController();
  const writer = write(platform, perSecond, writing.signal);
  const done = { relay: 0, runtime: 0 };
  try {
    for (let kill = 0; kill < kills; kill += 1) {
      await sleep(30 + Math.random() * 250);
      if (kill % 2 === 0) {
        await killRelay(relay);
        relay = await startRelay({ setup });
        serve(true);
        done.relay += 1;
      } else {
        runtime.kill('SIGKILL');
        await once(runtime, 'exit');
        serve(false);
        runtime = await startTwin(endpoint.port, MOST_DELAY, asked);
        serve(true);
        done.runtime += 1;
      }
    }
    writing.abort();
    const ids = await writer;
    await settle(platform, ids);
    return { kills: done, ...judge(platform, asked), seconds: (performance.now() - began) / 1000 };
  } finally {
    writing.abort();
    runtime.kill('SIGKILL');
    await relay.stop();
    await platform.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A gateway that answers within `most` milliseconds, and writes what it was asked into a file. */
export async function startTwin(port: number, most: number, asked: string): Promise<ChildProcess> {
  const file = new URL('kill-twin.mjs', import.meta.url).pathname;
  const child = spawn(process.execPath, [file, String(port), String(most), asked], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit').then(() => Promise.reject(new Error('the gateway ended')));
  if (child.stdout) await Promise.race([once(child.stdout, 'data'), ended]);
  ended.catch(() => undefined);
  return child;
}

async function killRelay(relay: RelayProcess): Promise<void> {
  const gone = once(relay.child, 'exit');
  process.kill(relay.pid, 'SIGKILL');
  await gone;
  await relay.stop();
}

/** People in many chats, each message with a text of its own. */
async function write(platform: PlainPlatform, perSecond: number, signal: AbortSignal): Promise<string[]> {
  const ids: string[] = [];
  const answered = new Set<string | undefined>();
  let looked = 0;
  while (!signal.aborted) {
    for (; looked < platform.sent.length; looked += 1) answered.add(platform.sent[looked]?.to.message);
    if (ids.length - answered.size > PATIENCE) {
      await sleep(100, undefined, { signal }).catch(() => undefined);
      continue;
    }
    const chat = `chat-${Math.floor(Math.random() * CHATS)}`;
    const id = `m${ids.length + 1}`;
    platform.write(`question ${id}.`, { id, to: { chat, message: id }, sender: { id: chat, name: chat } });
    ids.push(id);
    await sleep((1000 / perSecond) * 2 * Math.random(), undefined, { signal }).catch(() => undefined);
  }
  return ids;
}

/** Until all is answered, or nothing has come for ten seconds. */
async function settle(platform: PlainPlatform, ids: readonly string[]): Promise<void> {
  for (let last = -1, quiet = 0; quiet < 100; quiet += 1) {
    const answered = new Set(platform.sent.map(({ to }) => to.message));
    if (ids.every((id) => answered.has(id))) return void (await sleep(500));
    if (platform.sent.length !== last) quiet = 0;
    last = platform.sent.length;
    await sleep(100);
  }
}

function judge(platform: PlainPlatform, asked: string): Omit<KillsReport, 'kills' | 'seconds'> {
  const answers = new Map<string, string[]>();
  const lastOf = new Map<string, number>();
  const disorder: string[] = [];
  for (const { to, part } of platform.sent) {
    const id = to.message;
    // Notices answer no message.
    if (id === undefined || part.text === words.starting) continue;
    const known = answers.get(id);
    answers.set(id, [...(known ?? []), part.text]);
    if (known) continue;
    const number = Number(id.slice(1));
    if (number < (lastOf.get(to.chat) ?? 0)) disorder.push(id);
    lastOf.set(to.chat, number);
  }
  const times = new Map<string, number>();
  for (const line of readFileSync(asked, 'utf8').split('\n')) {
    const id = /question (m\d+)\./.exec(line)?.[1];
    if (id) times.set(id, (times.get(id) ?? 0) + 1);
  }
  const all = [...answers.values()].flat();
  const count = (mark: string): number => all.filter((text) => text.includes(mark)).length;
  const says = (id: string, ...marks: string[]): boolean =>
    (answers.get(id) ?? []).every((text) => marks.some((mark) => text.includes(mark)));
  return {
    acknowledged: platform.acknowledged.size,
    unanswered: [...platform.acknowledged].filter((id) => !answers.has(id)),
    twice: [...answers]
      .filter(([, texts]) => texts.slice(1).some((text) => !text.includes(words.sentAgain)))
      .map(([id]) => id),
    askedTwice: [...times]
      .filter(([id, n]) => n > 1 && !says(id, words.askedAgain, words.interrupted))
      .map(([id]) => id),
    disorder,
    marked: {
      sentAgain: count(words.sentAgain),
      askedAgain: count(words.askedAgain),
      gaveUp: count(words.interrupted),
    },
  };
}

/** Into docs/relayed-channels.md. */
function writeResult({ kills, acknowledged, marked, seconds, ...faults }: KillsReport): void {
  const page = new URL('../../docs/relayed-channels.md', import.meta.url).pathname;
  const wrong = Object.entries(faults).map(([what, ids]) => `${what} ${ids.length}`);
  const result = [
    `Last run, ${new Date().toISOString().slice(0, 10)}: ${kills.relay} kills of the relay and ${kills.runtime} of the runtime in ${Math.round(seconds)} s,`,
    `${acknowledged} messages acknowledged; ${wrong.join(', ')}. Marked: ${marked.askedAgain} asked again,`,
    `${marked.sentAgain} sent again, ${marked.gaveUp} given up after two tries.`,
  ].join('\n');
  const text = readFileSync(page, 'utf8');
  const place = /(<!-- measured: kills -->\n)[\s\S]*?(<!-- end -->)/;
  writeFileSync(
    page,
    text.replace(place, (_all, open: string, end: string) => `${open}${result}\n${end}`),
  );
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { kills: { type: 'string', default: '500' } } });
  const report = await runKills(Number(values.kills), 100);
  const { unanswered, twice, askedTwice, disorder, ...rest } = report;
  const faults = { unanswered, twice, askedTwice, disorder };
  for (const [name, ids] of Object.entries(faults)) console.log(name, ids.length, ids.slice(0, 10).join(' '));
  console.log(JSON.stringify(rest));
  if (Number(values.kills) >= 500) writeResult(report);
  process.exitCode = Object.values(faults).flat().length === 0 ? 0 : 1;
}
