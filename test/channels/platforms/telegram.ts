import { startTelegram } from '../../fakes/telegram/server.ts';
import type { Account, Platform } from '../platform.ts';

const tokens: Readonly<Record<Account, string>> = {
  first: '7000000001:canary_bot_first_3c9e18d7f2a6_01234',
  second: '7000000002:canary_bot_second_9b7f2a63c9e1_0123',
};
const people = { friend: 4242, other: 5151, stranger: 6666 } as const;
const names: Readonly<Record<Account, string>> = { first: 'den_first_bot', second: 'den_second_bot' };

export const telegram: Platform = {
  type: 'telegram',
  secrets: { first: { token: tokens.first }, second: { token: tokens.second } },
  wrong: { token: '7000000003:canary_bot_refused_63c9e19b7f2a_012' },
  people: { friend: '4242', other: '5151', stranger: '6666' },
  publicHosts: ['api.telegram.org'],
  start: async (where) => {
    const fake = await startTelegram(where);
    for (const account of ['first', 'second'] as const)
      fake.addBot({ token: tokens[account], username: names[account] });
    return Object.assign(fake, {
      api: fake.url,
      rooms: ['-1001001001001', '-1002002002002'] as const,
      isConnected: (account: Account) => fake.polls(tokens[account]).open > 0,
      write: ({ to, from, text, room, mention, photo }) =>
        void fake.inject({
          token: tokens[to],
          from: people[from],
          text: mention ? `@${names[to]} ${text}` : text,
          ...(room ? { chat: Number(room), type: 'supergroup' } : {}),
          ...(photo ? { file: { kind: 'photo', name: 'photo.png', data: photo } } : {}),
        }),
      said: (account: Account) =>
        fake
          .sent({ token: tokens[account] })
          .filter(({ deleted }) => !deleted)
          .map(({ chat_id, text, params }) => ({
            where: String(chat_id),
            text,
            written: String(params['text'] ?? params['caption']),
          })),
    } satisfies Omit<Awaited<ReturnType<Platform['start']>>, 'port' | 'url' | 'close'>);
  },
};
