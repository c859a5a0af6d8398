import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BotStage, botStage, botToken, change, channelOf, codeOf } from '../helpers/bot.ts';
import type { TestContainer } from '../helpers/container.ts';
import { docker, scratch, until } from '../helpers/docker.ts';
import { killRelay } from '../helpers/inside.ts';
import { metricValue } from '../helpers/prometheus.ts';
import { grace } from '../helpers/real-openclaw.ts';

const owner = 4242;
const friend = 4343;
const stranger = 6666;
const file = '/home/clawden/state/.clawden/channels.json';

let stage: BotStage;
let container: TestContainer;

async function end(): Promise<void> {
  await container?.[Symbol.asyncDispose]();
  await stage?.[Symbol.asyncDispose]();
}

async function isAnswered(from: number, text: string): Promise<void> {
  stage.telegram.inject({ from, text });
  expect((await stage.telegram.nextSent({ chat: from, timeoutMs: 30_000 })).text).toBe(text);
}

const isUp = (): Promise<true> =>
  until('the channel up', async () => (await channelOf(container)).state === 'up' || undefined);

async function claimBy(person: number): Promise<void> {
  stage.telegram.inject({ from: person, text: `/start ${await codeOf(container)}` });
  const { text } = await stage.telegram.nextSent({ chat: person, timeoutMs: 30_000 });
  expect(text).toContain('You are my owner now');
}

/** Until the runtime that follows a change polls. */
async function restartedBy(act: () => Promise<readonly [number, string | undefined]>): Promise<void> {
  const before = await container.runtimePid();
  expect(await act()).toEqual([200, undefined]);
  await until('another process', async () => (await container.runtimePid()) !== before || undefined);
  await container.ready();
  await until('a poll', () => stage.telegram.polls(botToken).open > 0 || undefined);
}

const textsTo = (chat: number): readonly string[] => stage.telegram.sent({ chat }).map(({ text }) => text);

async function metric(name: string): Promise<number | undefined> {
  return metricValue(await (await container.get('/metrics')).text(), name);
}

async function killRelayAndWait(): Promise<void> {
  const before = await metric('clawden_relay_restarts_total');
  expect(await killRelay(container.id)).toBeGreaterThan(0);
  await until('the next relay', async () => {
    const again = (await metric('clawden_relay_restarts_total')) === (before ?? 0) + 1;
    return (again && (await metric('clawden_relay_up')) === 1) || undefined;
  });
}

/** As an agent would: with a shell of its own user. */
async function asAgent(script: string): Promise<void> {
  expect(await container.exec(['sh', '-c', script], '10000:10000')).toMatchObject({ code: 0 });
}

describe('a Telegram bot that nobody has claimed', () => {
  beforeAll(async () => {
    stage = await botStage('claim');
    container = await stage.start();
  });
  afterAll(end);

  it('is ready, and tells its code to the log and to whoever holds the token, not to the world', async () => {
    const code = await codeOf(container);
    const { claim } = await channelOf(container);
    expect(claim?.link).toBe(`https://t.me/den_bot?start=${code}`);
    expect(await container.logs()).toContain(`"link":"${claim?.link}"`);
    expect((await container.get('/ready?channels=1')).status).toBe(200);
    for (const path of ['/health', '/ready', '/metrics']) {
      const body = await (await container.get(path)).text();
      expect(body).not.toContain(code);
      expect(body).not.toContain(claim?.code);
    }
  });

  it('answers no stranger, whatever he guesses', async () => {
    for (const text of ['hello', '/start', '/claim AAAAAAAAA', 'BBB-BBB-BBB'])
      stage.telegram.inject({ from: stranger, text });
    await grace();
    expect(stage.telegram.sent()).toEqual([]);
    expect((await channelOf(container)).mode).toBe('unclaimed');
  });

  it('belongs to the first who opens its link, and the runtime answers him after one restart', async () => {
    const before = await container.runtimePid();
    await claimBy(owner);
    await isAnswered(owner, 'hello from the owner');
    await isUp();
    expect(await container.runtimePid()).not.toBe(before);
    expect((await container.health()).runtime?.restarts).toBe(0);
    const logs = await container.logs();
    expect(logs.split('"restarting the runtime"')).toHaveLength(2);
    expect(logs).not.toContain('hello from the owner');
    expect((await channelOf(container)).owner?.id).toBe(String(owner));
  });

  it('answers a friend whom the owner allows, and no more once he is revoked', async () => {
    await restartedBy(() => change(container, 'allow', friend));
    await isAnswered(friend, 'hello from a friend');
    await restartedBy(() => change(container, 'revoke', friend));
    stage.telegram.inject({ from: friend, text: 'and again' });
    await isAnswered(owner, 'after the friend');
    expect(textsTo(friend)).not.toContain('and again');
  });

  it('keeps its owner when it is stopped and started, whatever an agent made of the file', async () => {
    await asAgent(`echo '{"version":1,"channels":{}}' > ${file}`);
    await container.stop();
    await container.startAgain();
    await container.ready();
    expect((await channelOf(container)).owner?.id).toBe(String(owner));
  });

  it('keeps its owner in a new container on the same volume', async () => {
    await container[Symbol.asyncDispose]();
    container = await stage.start();
    expect((await channelOf(container)).owner?.id).toBe(String(owner));
    await isUp();
    await isAnswered(owner, 'hello again');
  });

  it('has no owner by a record that an agent has written, and says so', async () => {
    await asAgent(`sed -i 's/"${owner}"/"${stranger}"/g' ${file}`);
    await docker(['kill', container.id]);
    await container.startAgain();
    await container.ready();
    expect(await channelOf(container)).toMatchObject({ mode: 'unclaimed', allowed: [] });
    expect(await container.logs()).toContain('is not signed with its token and is ignored');
  });

  it('was never polled by two at once', () => {
    expect(stage.telegram.polls(botToken).max).toBe(1);
  });
});

describe('a Telegram bot that passes through the relay', () => {
  const folder = scratch();
  afterAll(async () => {
    await end();
    folder[Symbol.dispose]();
  });
  beforeAll(async () => {
    stage = await botStage('claim-relayed');
    const yaml = join(folder.path, 'clawden.yaml');
    writeFileSync(
      yaml,
      'runtime: openclaw\nchannels:\n  telegram: { token: $TELEGRAM_BOT_TOKEN, relay: true }\n',
    );
    container = await stage.start({ run: ['-v', `${yaml}:/etc/clawden/clawden.yaml:ro`] });
  });

  it('is locked after twenty wrong codes, also when the relay is killed between them', async () => {
    const code = await codeOf(container);
    for (let guess = 0; guess < 20; guess += 1) {
      if (guess % 7 === 3) await killRelayAndWait();
      stage.telegram.inject({
        from: 7000 + guess,
        text: `/claim ${'A'.repeat(8)}${String((guess % 8) + 2)}`,
      });
    }
    await until('the lock', async () => (await channelOf(container)).locked);
    stage.telegram.inject({ from: owner, text: `/start ${code}` });
    await grace();
    expect(await channelOf(container)).toMatchObject({ mode: 'unclaimed', reason: 'unclaimed' });
    expect(await change(container, 'reset')).toEqual([200, undefined]);
    expect(await codeOf(container)).not.toBe(code);
  });

  it('is served at once, takes and loses people, and restarts nothing', async () => {
    const before = await container.runtimePid();
    await claimBy(owner);
    await isAnswered(owner, 'to the relay');
    expect(await change(container, 'allow', friend)).toEqual([200, undefined]);
    await isAnswered(friend, 'a friend to the relay');
    expect(await change(container, 'revoke', friend)).toEqual([200, undefined]);
    stage.telegram.inject({ from: friend, text: 'and once more' });
    await isAnswered(owner, 'still here');
    expect(textsTo(friend)).not.toContain('and once more');
    expect(await container.runtimePid()).toBe(before);
  });

  it('waits for an owner again, with another code, when the last one is revoked', async () => {
    expect(await change(container, 'revoke', owner)).toEqual([200, undefined]);
    expect((await channelOf(container)).mode).toBe('unclaimed');
    await claimBy(friend);
    expect((await channelOf(container)).owner?.id).toBe(String(friend));
    expect(stage.telegram.polls(botToken).max).toBe(1);
  });
});
