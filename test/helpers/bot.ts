import { type FakeTelegram, startTelegram } from '../fakes/telegram/server.ts';
import { type ContainerOptions, startContainer, type TestContainer, testToken } from './container.ts';
import { docker, until } from './docker.ts';

export const botToken = '7000001:canary-bot-token-2a6f';

/** What a test of a claim looks at in `/clawden/v1/channels`. */
export interface ListedChannel {
  readonly mode: string;
  readonly state: string;
  readonly reason: string | null;
  readonly claim?: { readonly code: string; readonly link?: string };
  readonly locked?: string;
  readonly owner?: { readonly id: string };
  readonly allowed: readonly { readonly id: string }[];
}

/** A Telegram with one bot, and containers that have it, one after the other on the same state volume. */
export interface BotStage {
  readonly telegram: FakeTelegram;
  readonly start: (options?: ContainerOptions) => Promise<TestContainer>;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
}

export async function botStage(name: string, program: 'twin' | 'real' = 'twin'): Promise<BotStage> {
  const telegram = await startBot();
  const volume = `clawden-test-${name}-${process.pid}`;
  return {
    telegram,
    start: async ({ env, run = [], ...more } = {}) => {
      const container = await startContainer({
        ...(program === 'twin' ? { twin: { telegram: true } } : {}),
        env: { ...botVariables(telegram), ...env },
        run: ['-v', `${volume}:/home/clawden/state`, ...run],
        ...more,
      });
      await container.ready();
      return container;
    },
    [Symbol.asyncDispose]: async () => {
      await telegram.close();
      await docker(['volume', 'rm', '-f', volume]);
    },
  };
}

/** A Telegram that containers reach, with the bot. */
export async function startBot(): Promise<FakeTelegram> {
  const telegram = await startTelegram({ host: '0.0.0.0' });
  telegram.addBot({ token: botToken, username: 'den_bot' });
  return telegram;
}

export function botVariables(telegram: FakeTelegram): Readonly<Record<string, string>> {
  return {
    CLAWDEN_PROVIDER: 'echo',
    TELEGRAM_BOT_TOKEN: botToken,
    TELEGRAM_API_ROOT: `http://host.docker.internal:${telegram.port}`,
  };
}

export async function channelOf(container: TestContainer): Promise<ListedChannel> {
  const answer = await container.get('/clawden/v1/channels', { authorization: `Bearer ${testToken}` });
  const [channel] = ((await answer.json()) as { channels: ListedChannel[] }).channels;
  if (!channel) throw new Error('there is no channel');
  return channel;
}

export async function change(
  container: TestContainer,
  action: 'allow' | 'revoke' | 'reset',
  id?: number,
): Promise<readonly [number, string | undefined]> {
  const answer = await fetch(`${container.url}/clawden/v1/channels/telegram/${action}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${testToken}` },
    body: JSON.stringify(id === undefined ? {} : { id: String(id) }),
  });
  const body = (await answer.json()) as { error?: { code: string } };
  return [answer.status, body.error?.code];
}

/** The code that the channel waits for, once its link is known too. */
export function codeOf(container: TestContainer): Promise<string> {
  return until('a link with a code', async () => {
    const { claim } = await channelOf(container);
    return claim?.link?.split('?start=')[1];
  });
}
