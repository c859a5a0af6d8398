import { secret, signed } from '../../supervisor/channels/webhook/testing.ts';
import { createStage } from '../../supervisor/http/testing.ts';
import { type FakeDiscord, startDiscord } from '../fakes/discord/server.ts';
import { type FakeTelegram, startTelegram } from '../fakes/telegram/server.ts';
import { until } from '../helpers/docker.ts';
import type { RelayOptions } from './relay-process.ts';
import { type ServedStage, servedChannel, servedStage } from './served-stage.ts';

/** A relay that serves every channel type, each to one friend alone. */
export interface AbuseStage extends ServedStage {
  readonly telegram: FakeTelegram;
  readonly discord: FakeDiscord;
  readonly post: (message: Posted) => Promise<{ readonly status: number; readonly text: string }>;
  /** What people see, the same for every type. */
  readonly places: readonly Place[];
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
  readonly write: (text: string) => void;
  /** What the friend has got, in order. */
  readonly got: () => readonly string[];
}

export const friends = { telegram: 7, discord: '80351110224678912', webhook: 'ops' };
const token = '4711:good';
/** A server of Discord that the bot is in. */
export const guild = '197038439483310086';
const botToken = `${Buffer.from('90351110224678912').toString('base64url')}.good.bot`;

export async function abuseStage(options: RelayOptions = {}): Promise<AbuseStage> {
  const telegram = await startTelegram();
  telegram.addBot({ token, username: 'den_bot' });
  const discord = await startDiscord();
  discord.addBot({ token: botToken, username: 'den_bot', messageContent: true, guilds: [guild] });
  const stage = await servedStage(
    [
      servedChannel('telegram', { api_root: telegram.url }, { token }, [`${friends.telegram}`]),
      servedChannel('discord', { api_root: discord.api }, { token: botToken }, [friends.discord]),
      servedChannel('webhook', {}, { secret }, [friends.webhook]),
    ],
    options,
  );
  // Of what came before its login a bot of Discord hears nothing.
  await until('both connected', () => discord.logins.length > 0 && telegram.polls().open > 0, 10_000);
  const front = createStage();
  const { socket: socketPath, internalKey } = stage.relay.setup;
  const port = await front.front(undefined, { ports: { relay: () => ({ socketPath, internalKey }) } });
  const answers: string[] = [];
  const post: AbuseStage['post'] = async (message) => {
    const body = JSON.stringify(message);
    const headers = { 'x-clawden-signature': signed(body) };
    const response = await fetch(`http://127.0.0.1:${port}/hooks/webhook`, { method: 'POST', body, headers });
    const { text = '' } = (await response.json()) as { text?: string };
    if (message.sender === friends.webhook && response.status === 200) answers.push(text);
    return { status: response.status, text };
  };
  return {
    ...stage,
    telegram,
    discord,
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
        type: 'webhook',
        limit: undefined,
        write: (text) => void post({ sender: friends.webhook, text }),
        got: () => answers,
      },
    ],
    close: async () => {
      await stage.close();
      front.close();
      await Promise.all([telegram.close(), discord.close()]);
    },
  };
}
