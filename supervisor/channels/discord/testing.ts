import { type FakeDiscord, startDiscord } from '../../../test/fakes/discord/server.ts';
import type { Account, Channel } from '../adapter.ts';
import { createHost, type StandIn } from '../testing.ts';
import type { Pauses } from './gateway.ts';
import { openBot } from './open.ts';

export const token = 'MTk4NjIyNDgzNDcxOTI1MjQ4.G.good';
export const me = '198622483471925248';
export const friend = '80351110224678912';
export const guild = '197038439483310086';
export const hall = '197038439483310099';
export const never = new AbortController().signal;

export interface Stage {
  readonly discord: FakeDiscord;
  readonly host: StandIn;
  readonly start: (pauses?: Partial<Pauses>, account?: Partial<Account>) => Channel;
  /** How it logged in, in order. */
  readonly logins: () => string[];
  readonly close: () => Promise<void>;
}

export const quick: Pauses = {
  hello: 2_000,
  login: 2_000,
  network: 20,
  refused: 50,
  refusedLogin: 50,
  logins: 20,
  again: 50,
};

/** A bot as the relay opens it, with pauses that a test can wait for. */
export async function openStage(): Promise<Stage> {
  const discord = await startDiscord();
  discord.addBot({ token, username: 'good_bot', guilds: [guild] });
  const host = createHost();
  const open: Channel[] = [];
  return {
    discord,
    host,
    start: (pauses = {}, account = {}) => {
      const usual: Account = {
        name: 'discord',
        fields: { api_root: discord.api },
        secrets: { token },
        groups: 'mention',
      };
      const channel = openBot({ ...usual, ...account }, host, { ...quick, ...pauses });
      open.push(channel);
      return channel;
    },
    logins: () => discord.logins.map(({ kind }) => kind),
    close: async () => {
      await Promise.all(open.map((channel) => channel.release()));
      await discord.close();
    },
  };
}
