import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { words } from '../../supervisor/relay/channels/words.ts';
import type { FakeTelegram } from '../fakes/telegram/server.ts';
import { type BotStage, botStage, botToken } from '../helpers/bot.ts';
import type { TestContainer } from '../helpers/container.ts';
import { docker, scratch, until } from '../helpers/docker.ts';
import { killRelay, relayPeak } from '../helpers/inside.ts';
import { type Crowd, type Place, settle, startCrowd } from '../relay/crowd.ts';
import { judge, question } from '../relay/kills-judge.ts';

const people = [5001, 5002, 5003, 5004];
/**
 * Kills of the runtime in each life of the container, and as many of the relay: five crashes in ten minutes are the
 * runtime's budget, and each waits twice as long as the one before.
 */
const lives = [4, 3, 3];
const total = 10;
/** MiB; 100 were measured. */
const relayMemory = 160;

let stage: BotStage;
let container: TestContainer;
let crowd: Crowd;
const folder = scratch();
/** By id: what Telegram gave the message. */
const updates = new Map<string, number>();
const peaks: number[] = [];

beforeAll(async () => {
  stage = await botStage('relayed-kills');
  const yaml = join(folder.path, 'clawden.yaml');
  const channel = `{ token: $TELEGRAM_BOT_TOKEN, relay: true, allow_from: [${people.join(', ')}] }`;
  writeFileSync(yaml, `runtime: openclaw\nchannels:\n  telegram: ${channel}\n`);
  takeMessages({ unsure: 0 });
  container = await stage.start({
    twin: { asked: true },
    run: ['-v', `${yaml}:/etc/clawden/clawden.yaml:ro`],
  });
});
afterAll(async () => {
  await crowd?.end();
  await container?.[Symbol.asyncDispose]();
  await stage?.[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

describe('a container whose relay and runtime are killed while people write, and which is killed itself', () => {
  it('answers every message, each once or with a mark, in the order of its chat', async () => {
    const place = placeOf(stage.telegram);
    crowd = startCrowd(place, { chats: people.length, perSecond: 30, patience: 160 });
    const done = { relay: 0, runtime: 0, container: 0 };
    for (const [life, kills] of lives.entries()) {
      if (life > 0) {
        await until('messages in flight', () => crowd.waiting() > 0);
        await docker(['kill', container.id]);
        done.container += 1;
        await container.startAgain();
        await container.ready();
      }
      for (const victim of inRandomOrder(kills)) {
        if (victim === 'relay') takeMessages({ unsure: 1 });
        await sleep(Math.random() * 800);
        if (victim === 'relay') peaks.push(await until('a relay to kill', () => killRelay(container.id)));
        else await until('a runtime to kill', killRuntime);
        takeMessages({ unsure: 0 });
        done[victim] += 1;
      }
    }
    expect(done).toEqual({ relay: total, runtime: total, container: lives.length - 1 });
    await container.ready();
    const ids = await crowd.end();
    await settle(place, ids);

    const answers = place.answers(0);
    const asked = readFileSync(join(container.workspace, 'asked'), 'utf8');
    const verdict = judge({ acknowledged: acknowledged(), answers, asked });
    const none = { unanswered: [], twice: [], askedTwice: [], disorder: [], mixedUp: [] };
    expect(verdict).toMatchObject(none);
    expect(acknowledged()).toEqual(ids);
    expect(ids.length).toBeGreaterThan(100);
    // Otherwise no kill hit anything.
    expect(verdict.marked.askedAgain + verdict.marked.sentAgain).toBeGreaterThan(0);
    const notices = new Set(answers.filter(({ id }) => id === undefined).map(({ text }) => text));
    expect([...notices].filter((text) => text !== words.starting)).toEqual([]);
  });

  it('has never had two runtimes or two readers of the bot’s messages at once', () => {
    expect(existsSync(join(container.workspace, 'twin-violations'))).toBe(false);
    expect(stage.telegram.polls(botToken).max).toBe(1);
  });

  it('lives, and its relay has not grown', async () => {
    const { status, runtime, channels } = await container.health();
    expect({ status, restarts: runtime?.restarts }).toEqual({ status: 'ready', restarts: lives.at(-1) });
    expect(channels).toMatchObject([{ state: 'up', reason: null }]);
    const now = await relayPeak(container.id);
    expect(Math.max(...peaks, now ?? Number.POSITIVE_INFINITY)).toBeLessThan(relayMemory);
  });
});

/** In a group an answer quotes the message that it answers. */
function placeOf(telegram: FakeTelegram): Place {
  const byMessage = new Map<number, string>();
  return {
    write: (number, id) => {
      const from = people[number] ?? 0;
      const chat = { id: -from, type: 'supergroup' } as const;
      const delay = Math.floor(Math.random() * 40);
      const text = `@den_bot [[delay ${delay}]] ${question(id)}`;
      const { update_id, message_id } = telegram.inject({ from, chat, text });
      updates.set(id, update_id);
      byMessage.set(message_id, id);
    },
    answers: (first) =>
      telegram
        .sent()
        .slice(first)
        .map(({ chat_id, message, text }) => {
          const quoted = message['reply_to_message'] as { message_id: number } | undefined;
          return { chat: String(chat_id), id: byMessage.get(quoted?.message_id ?? 0), text };
        }),
  };
}

/** Telegram forgets what lies below the highest offset that was asked for. */
function acknowledged(): string[] {
  const offset = Math.max(...stage.telegram.pollLog(botToken).map((poll) => poll.offset));
  return [...updates].filter(([, update]) => update < offset).map(([id]) => id);
}

/**
 * A platform that answers at once is hardly ever caught with a message in its hands: so each takes a while, and of the next
 * ones `unsure` are never shown and never answered, and as many are shown while the connection breaks.
 */
function takeMessages({ unsure }: { readonly unsure: number }): void {
  const method = 'sendMessage';
  stage.telegram.clearFailures();
  stage.telegram.fail({ method, hang: true, times: unsure });
  stage.telegram.fail({ method, lost: true, times: unsure });
  stage.telegram.fail({ method, delay_ms: 30, times: 'always' });
}

function inRandomOrder(each: number): ('relay' | 'runtime')[] {
  const left = { relay: each, runtime: each };
  return Array.from({ length: 2 * each }, () => {
    const victim = Math.random() * (left.relay + left.runtime) < left.relay ? 'relay' : 'runtime';
    left[victim] -= 1;
    return victim;
  });
}

async function killRuntime(): Promise<boolean> {
  const pid = await container.runtimePid();
  return (await container.exec(['sh', '-c', `kill -KILL ${pid}`])).code === 0;
}
