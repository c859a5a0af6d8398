import { startDiscord } from '../../fakes/discord/server.ts';
import type { Account, Platform } from '../platform.ts';

const tokens: Readonly<Record<Account, string>> = {
  first: 'MTk4NjIyNDgzNDcxOTI1MjQ4.CanaryD.discord_bot_token_6f21',
  second: 'MTk4NjIyNDgzNDcxOTI1MjQ5.CanaryE.discord_bot_token_91c4',
};
const people = {
  friend: '80351110224678912',
  other: '80351110224678555',
  stranger: '80351110224678666',
} as const;
/** Rooms, each in a server of its own. */
const servers: Readonly<Record<string, string>> = {
  '197038439483310099': '197038439483310086',
  '310099197038439483': '310086197038439483',
};
const [hall = '', otherHall = ''] = Object.keys(servers);

export const discord: Platform = {
  type: 'discord',
  secrets: { first: { token: tokens.first }, second: { token: tokens.second } },
  wrong: { token: 'MTk4NjIyNDgzNDcxOTI1MjQ3.CanaryF.discord_bot_refused' },
  people,
  publicHosts: ['discord.com', 'gateway.discord.gg'],
  house: { guild: servers[hall] ?? '' },
  // OpenClaw sends no token of Discord in the clear to a name that is not this machine's.
  tls: true,
  start: async (where) => {
    const fake = await startDiscord(where);
    for (const token of Object.values(tokens))
      fake.addBot({ token, guilds: Object.values(servers), messageContent: true });
    const personIn = (channel: string): string | undefined => fake.channels.get(channel)?.user?.id;
    return Object.assign(fake, {
      rooms: [hall, otherHall] as const,
      isConnected: (account: Account) =>
        [...fake.sessions].some((session) => session.bot.token === tokens[account] && session.isOpen()),
      write: ({ to, from, text, room, mention = false }) =>
        void fake.inject({
          token: tokens[to],
          from: people[from],
          text,
          ...(room ? { guild: servers[room] ?? '', channel: room, mention } : {}),
        }),
      said: (account: Account) =>
        fake.posted
          .list({ token: tokens[account] })
          .map(({ channel, text }) => ({ where: personIn(channel) ?? channel, text, written: text })),
    } satisfies Omit<Awaited<ReturnType<Platform['start']>>, 'port' | 'url' | 'close' | 'api'>);
  },
};
