import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { secrets as slackSecrets } from '../../supervisor/channels/slack/testing.ts';
import { secret, signed } from '../../supervisor/channels/webhook/testing.ts';
import { createStage } from '../../supervisor/http/testing.ts';
import { type FakeDiscord, startDiscord } from '../fakes/discord/server.ts';
import { type FakeSlack, startSlack } from '../fakes/slack/server.ts';
import { type FakeTelegram, startTelegram } from '../fakes/telegram/server.ts';
import { until } from '../helpers/docker.ts';
import { type GatewayTwin, startGatewayTwin } from './gateway-twin.ts';
import { type RelayProcess, startRelay } from './relay-process.ts';
import { servedChannel } from './served-stage.ts';

/** A relay that serves every channel type, each to one friend alone. */
export interface AbuseStage {
  readonly telegram: FakeTelegram;
  readonly discord: FakeDiscord;
  readonly slack: FakeSlack;
  readonly gateway: GatewayTwin;
  /** The one that runs now. */
  readonly relay: () => RelayProcess;
  /** Through PID 1's port. `seconds`: how wrong the clock is that the request is signed by. */
  readonly post: (message: Posted, seconds?: number) => Promise<{ status: number; text: string }>;
  /** What people see, the same for every type. */
  readonly places: readonly Place[];
  /** SIGKILL; `meanwhile` before the next one starts. */
  readonly kill: (meanwhile: () => void) => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface Posted {
  readonly sender: string;
  readonly text: string;
  readonly [key: string]: unknown;
}

export interface Place {
  readonly type: string;
  /** Characters of one message; undefined: any number. */
  readonly limit: number | undefined;
  /** The friend writes. */
  readonly write: (text: string, seconds?: number) => void;
  /** What the friend has got, in order. */
  readonly got: () => readonly string[];
}

export const friends = { telegram: 7, discord: '80351110224678912', slack: 'U012AB3CD', webhook: 'ops' };
/** A server of Discord that the bot is in. */
export const guild = '197038439483310086';
const token = '4711:good';
const botToken = `${Buffer.from('90351110224678912').toString('base64url')}.good.bot`;

export async function abuseStage(environment: NodeJS.ProcessEnv = {}): Promise<AbuseStage> {
  const telegram = await startTelegram();
  telegram.addBot({ token, username: 'den_bot' });
  const discord = await startDiscord();
  discord.addBot({ token: botToken, username: 'den_bot', messageContent: true, guilds: [guild] });
  const slack = await startSlack();
  slack.addApp({ botToken: slackSecrets.bot_token, appToken: slackSecrets.app_token, name: 'den_bot' });
  const channels = [
    servedChannel('telegram', { api_root: telegram.url }, { token }, [`${friends.telegram}`]),
    servedChannel('discord', { api_root: discord.api }, { token: botToken }, [friends.discord]),
    servedChannel('slack', { api_root: slack.api }, slackSecrets, [friends.slack]),
    servedChannel('webhook', {}, { secret }, [friends.webhook]),
  ];
  let relay = await startRelay({ environment, setup: { scriptedEcho: true, channels } });
  const first = relay.setup;
  const gateway = await startGatewayTwin({ url: relay.door, key: first.door.key });
  /** Of what came before its login a bot of Discord or Slack hears nothing. */
  const serve = async (logins: number): Promise<void> => {
    relay.send({ kind: 'runtime', endpoint: gateway.endpoint });
    const open = (): number[] => [telegram.polls().open, slack.connectionCount().open];
    await until('all connected', () => open().join() === '1,1' && discord.logins.length > logins, 20_000);
  };
  await serve(0);

  const front = createStage();
  const { socket: socketPath, internalKey } = first;
  const port = await front.front(undefined, { ports: { relay: () => ({ socketPath, internalKey }) } });
  const answers: string[] = [];
  const post: AbuseStage['post'] = async (message, seconds = 0) => {
    const body = JSON.stringify(message);
    const headers = { 'x-clawden-signature': signed(body, seconds) };
    const response = await fetch(`http://127.0.0.1:${port}/hooks/webhook`, { method: 'POST', body, headers });
    const { text = '' } = (await response.json()) as { text?: string };
    if (message.sender === friends.webhook && response.status === 200) answers.push(text);
    return { status: response.status, text };
  };
  return {
    telegram,
    discord,
    slack,
    gateway,
    relay: () => relay,
    post,
    places: [
      {
        type: 'telegram',
        limit: 4096,
        write: (text) => void telegram.inject({ from: friends.telegram, text }),
        got: () => telegram.sent({ chat: friends.telegram }).map(({ text }) => text),
      },
      {
        type: 'discord',
        limit: 2000,
        write: (text) => void discord.inject({ from: friends.discord, text }),
        got: () => discord.posted.list({ user: friends.discord }).map(({ text }) => text),
      },
      {
        type: 'slack',
        limit: 4000,
        write: (text) => void slack.inject({ from: friends.slack, text }),
        got: () => slack.posted.list({ user: friends.slack }).map(({ text }) => text),
      },
      {
        type: 'webhook',
        limit: undefined,
        write: (text, seconds) => void post({ sender: friends.webhook, text }, seconds),
        got: () => answers,
      },
    ],
    kill: async (meanwhile) => {
      const gone = once(relay.child, 'exit');
      const logins = discord.logins.length;
      relay.child.kill('SIGKILL');
      await gone;
      meanwhile();
      relay = await startRelay({ environment, setup: first });
      await serve(logins);
    },
    close: async () => {
      front.close();
      await gateway.close();
      await relay.stop();
      await Promise.all([telegram.close(), discord.close(), slack.close()]);
      rmSync(dirname(first.socket), { recursive: true, force: true });
    },
  };
}
