import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeTelegram, startTelegram } from '../fakes/telegram/server.ts';
import { ask, type ContainerOptions, type TestContainer } from '../helpers/container.ts';
import { until } from '../helpers/docker.ts';
import {
  asked,
  asking,
  customProvider,
  filesWith,
  grace,
  host,
  sharedContainer,
  sharedModel,
  text,
} from '../helpers/real-openclaw.ts';

const botToken = '7000001:canary-bot-token-2a6f';
const friend = 4242;
const stranger = 6666;

/** Telegram as the containers see it, for all tests of a `describe`. */
function sharedTelegram(): () => FakeTelegram {
  let server: FakeTelegram | undefined;
  beforeAll(async () => {
    server = await startTelegram({ host: '0.0.0.0' });
    server.addBot({ token: botToken, username: 'den_bot' });
  });
  afterAll(async () => {
    await server?.close();
  });
  return () => {
    if (!server) throw new Error('Telegram is used before it was started');
    return server;
  };
}

function bot(telegram: FakeTelegram, more: Readonly<Record<string, string>> = {}): ContainerOptions {
  return {
    env: {
      CLAWDEN_PROVIDER: 'echo',
      TELEGRAM_BOT_TOKEN: botToken,
      TELEGRAM_ALLOW_FROM: String(friend),
      TELEGRAM_API_ROOT: `http://${host}:${telegram.port}`,
      ...more,
    },
  };
}

const polling = (telegram: FakeTelegram): Promise<true> =>
  until('a poll', () => telegram.polls(botToken).open > 0 || undefined, 60_000);

/** /ready and its strict form, as `[status, strict status, the only channel]`. */
async function readiness(container: TestContainer): Promise<readonly [number, number, unknown]> {
  const plain = await container.get('/ready');
  const strict = await container.get('/ready?channels=1');
  const { channels } = (await strict.json()) as { channels: readonly unknown[] };
  return [plain.status, strict.status, channels[0]];
}

const channel = (state: string, reason: string | null, mode = 'native'): object => ({
  name: 'telegram',
  type: 'telegram',
  mode,
  state,
  reason,
});

/** Waits until /ready says this of the channel. */
async function becomes(container: TestContainer, state: string, limit: number): Promise<void> {
  await until(
    `the channel ${state}`,
    async () => (await container.health()).channels[0]?.state === state || undefined,
    limit,
  );
}

describe('a Telegram bot with a list of who may talk to it', () => {
  const telegram = sharedTelegram();
  const model = sharedModel();
  const container = sharedContainer(() => bot(telegram(), customProvider(model())));
  beforeAll(async () => {
    model().always(text('the model says hi'));
    await polling(telegram());
  });

  it('answers an allowed sender with the model’s reply', async () => {
    telegram().inject({ from: friend, text: 'hello from the pangolin' });
    await telegram().nextSent({ chat: friend, text: 'the model says hi', timeoutMs: 60_000 });
    await asked(model(), 'hello from the pangolin');
    expect(await readiness(container())).toEqual([200, 200, channel('up', null)]);
  });

  it('gives a stranger nothing, and asks no model about him', async () => {
    telegram().inject({ from: stranger, text: 'let me in, says the axolotl' });
    telegram().inject({ from: stranger, text: '/start axolotl' });
    // A message behind it in the queue has been answered: the stranger's were dealt with.
    telegram().inject({ from: friend, text: 'after the stranger' });
    await asked(model(), 'after the stranger');
    await grace();
    expect(telegram().sent({ chat: stranger })).toEqual([]);
    expect(asking(model(), 'axolotl')).toEqual([]);
  });

  it('answers an allowed sender who mentions it in a group, and nothing else there', async () => {
    const group = { chat: -100500, type: 'supergroup' } as const;
    telegram().inject({ ...group, from: stranger, text: '@den_bot the narwhal' });
    telegram().inject({ ...group, from: friend, text: 'the walrus' });
    telegram().inject({ ...group, from: friend, text: '@den_bot the beluga' });
    await telegram().nextSent({ chat: group.chat, text: 'the model says hi', timeoutMs: 60_000 });
    telegram().inject({ from: friend, text: 'after the group' });
    await asked(model(), 'after the group');
    await grace();
    expect(telegram().sent({ chat: group.chat })).toHaveLength(1);
    expect(asking(model(), 'narwhal')).toEqual([]);
    expect(asking(model(), 'beluga')).not.toEqual([]);
  });

  it('takes no list that somebody writes into the rendered file, its agent for instance', async () => {
    const pid = await container().runtimePid();
    const newcomer = 7777;
    const file = '/run/clawden/openclaw/openclaw.json';
    const change = `const fs = require('node:fs');
      const config = JSON.parse(fs.readFileSync('${file}', 'utf8'));
      config.channels.telegram.accounts.telegram.allowFrom = ['${newcomer}'];
      fs.writeFileSync('${file}.new', JSON.stringify(config), { mode: 0o600 });
      fs.renameSync('${file}.new', '${file}');`;
    expect(await container().exec(['node', '-e', change], '10000:10000')).toMatchObject({ code: 0 });
    await sleep(4_000);
    telegram().inject({ from: newcomer, text: 'may I, says the dodo' });
    telegram().inject({ from: friend, text: 'still welcome' });
    await asked(model(), 'still welcome');
    await grace();
    expect(asking(model(), 'dodo')).toEqual([]);
    expect(telegram().sent({ chat: newcomer })).toEqual([]);
    expect(await container().runtimePid()).toBe(pid);
    expect((await container().health()).runtime?.restarts).toBe(0);
  });

  it('keeps its token out of the log and out of every file', async () => {
    expect(await container().logs()).not.toContain(botToken);
    expect(await filesWith(container(), botToken)).toEqual([]);
    // The search itself works: the bot's name is no secret, the state is searched.
    expect(await filesWith(container(), 'den_bot')).not.toEqual([]);
  });

  it('keeps what was said out of the log', async () => {
    const logs = await container().logs();
    for (const words of ['pangolin', 'axolotl', 'after the stranger', 'the model says hi']) {
      expect(logs).not.toContain(words);
    }
  });

  it('names a second program that polls with the same token, and recovers when it is gone', async () => {
    const gone = new AbortController();
    const second = (async () => {
      while (!gone.signal.aborted) {
        await fetch(`${telegram().url}/bot${botToken}/getUpdates?timeout=20`, { signal: gone.signal })
          .then((response) => response.text())
          .catch(() => '');
      }
    })();
    try {
      await becomes(container(), 'down', 30_000);
      expect(await readiness(container())).toEqual([200, 503, channel('down', 'poller-conflict')]);
      expect((await container().health()).reasons).toContain('channel-telegram-poller-conflict');
      expect(await container().logs()).toContain('poller-conflict');
    } finally {
      gone.abort();
      await second;
    }
    // OpenClaw tries again after about half a minute.
    await becomes(container(), 'up', 90_000);
    expect((await readiness(container()))[1]).toBe(200);
  });
});

describe('a Telegram bot with the echo as its model', () => {
  const telegram = sharedTelegram();
  const container = sharedContainer(() => bot(telegram()));

  it('repeats the sender’s own words and nothing of what OpenClaw wraps around them', async () => {
    await polling(telegram());
    telegram().inject({ from: friend, text: 'just these words' });
    expect((await telegram().nextSent({ chat: friend, timeoutMs: 60_000 })).text).toBe('just these words');
  });

  it('says so when its token is revoked', async () => {
    telegram().removeBot(botToken);
    await becomes(container(), 'down', 60_000);
    expect(await readiness(container())).toEqual([200, 503, channel('down', 'token-rejected')]);
  });
});

describe('a Telegram bot with a token that Telegram refuses', () => {
  const telegram = sharedTelegram();
  const container = sharedContainer(() => {
    telegram().removeBot(botToken);
    return bot(telegram());
  });

  it('leaves the container ready and names the channel and the reason', async () => {
    await becomes(container(), 'down', 30_000);
    expect(await readiness(container())).toEqual([200, 503, channel('down', 'token-rejected')]);
    expect((await container().health()).reasons).toEqual(['channel-telegram-token-rejected']);
    const logs = await container().logs();
    expect(logs).toContain('a channel failed its check at the platform');
    expect(logs).not.toContain(botToken);
  });
});

describe('a Telegram bot whose Telegram cannot be reached', () => {
  const telegram = sharedTelegram();
  const container = sharedContainer(() => {
    void telegram().close();
    return bot(telegram());
  });

  it('leaves the container ready and says that it is out of reach', async () => {
    await becomes(container(), 'down', 60_000);
    expect(await readiness(container())).toEqual([200, 503, channel('down', 'unreachable')]);
  });

  it('answers the turn in flight when it is stopped, and does not wait for Telegram after that', async () => {
    const last = ask(container(), '[[delay 6000]] said at the end', 'last');
    await sleep(2_000);
    const began = performance.now();
    expect(await container().stop(90)).toBe(0);
    // The rest of the turn, the 20 s that its own end may take, and what a loaded machine adds; it would take 325 s.
    expect(performance.now() - began).toBeLessThan(60_000);
    expect(await last).toContain('said at the end');
    expect(await container().logs()).toContain('nothing is in flight any more');
  });
});
