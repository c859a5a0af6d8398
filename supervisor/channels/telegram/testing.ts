import { type FakeTelegram, startTelegram } from '../../../test/fakes/telegram/server.ts';
import type { Channel } from '../adapter.ts';
import { createHost, type StandIn } from '../testing.ts';
import { openBot } from './open.ts';
import type { Pauses } from './pauses.ts';

export const token = '123:good';

export interface Stage {
  readonly telegram: FakeTelegram;
  readonly host: StandIn;
  readonly start: (pauses?: Partial<Pauses>, root?: string) => Channel;
  /** Every call of getUpdates. */
  readonly polls: () => ReturnType<FakeTelegram['calls']>;
  /** Resolves once a poll waits at the platform. */
  readonly polling: () => Promise<void>;
  /** What another program would be told now. */
  readonly left: () => Promise<unknown>;
  readonly close: () => Promise<void>;
}

const quick: Pauses = {
  poll: 20_000,
  slack: 5_000,
  refused: 100,
  album: 60,
  network: () => 50,
  conflict: () => 200,
  rejected: 200,
};

/** A bot as the relay opens it, with pauses that a test can wait for. */
export async function openStage(): Promise<Stage> {
  const telegram = await startTelegram();
  telegram.addBot({ token, username: 'good_bot' });
  const host = createHost();
  const open: Channel[] = [];
  return {
    telegram,
    host,
    start: (pauses = {}, root = telegram.url) => {
      const account = {
        name: 'telegram',
        fields: { api_root: root },
        secrets: { token },
        groups: 'mention' as const,
      };
      const channel = openBot(account, host, { ...quick, ...pauses });
      open.push(channel);
      return channel;
    },
    polls: () => telegram.calls({ method: 'getUpdates' }),
    polling: async () => {
      while (telegram.polls().open === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    },
    left: async () => (await fetch(`${telegram.url}/bot${token}/getUpdates`)).json(),
    close: async () => {
      await Promise.all(open.map((channel) => channel.release()));
      await telegram.close();
    },
  };
}
