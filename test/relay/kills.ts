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
import { type PlainPlatform, startPlain } from '../fakes/plain/server.ts';
import { plainChannel } from './channel-stage.ts';
import { type Place, settle, startCrowd } from './crowd.ts';
import { judge, question, type Verdict } from './kills-judge.ts';
import { freePort, type RelayProcess, startRelay } from './relay-process.ts';

export interface KillsReport extends Verdict {
  readonly kills: { readonly relay: number; readonly runtime: number };
  /** Messages that the platform was told it may forget. */
  readonly acknowledged: number;
  readonly seconds: number;
}

/** Milliseconds that a turn takes at most. */
const MOST_DELAY = 40;

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

  const place = placeOf(platform);
  const crowd = startCrowd(place, { chats: 40, perSecond, patience: 400 });
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
    await settle(place, await crowd.end());
    const acknowledged = [...platform.acknowledged];
    const verdict = judge({ acknowledged, answers: place.answers(0), asked: readFileSync(asked, 'utf8') });
    const seconds = (performance.now() - began) / 1000;
    return { kills: done, acknowledged: acknowledged.length, ...verdict, seconds };
  } finally {
    await crowd.end();
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

function placeOf(platform: PlainPlatform): Place {
  return {
    write: (number, id) => {
      const chat = `chat-${number}`;
      platform.write(question(id), { id, to: { chat, message: id }, sender: { id: chat, name: chat } });
    },
    answers: (from) =>
      platform.sent.slice(from).map(({ to, part }) => ({ chat: to.chat, id: to.message, text: part.text })),
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
  const { unanswered, twice, askedTwice, disorder, mixedUp, ...rest } = report;
  const faults = { unanswered, twice, askedTwice, disorder, mixedUp };
  for (const [name, ids] of Object.entries(faults)) console.log(name, ids.length, ids.slice(0, 10).join(' '));
  console.log(JSON.stringify(rest));
  if (Number(values.kills) >= 500) writeResult(report);
  process.exitCode = Object.values(faults).flat().length === 0 ? 0 : 1;
}
