import { startSlack } from '../../fakes/slack/server.ts';
import type { Account, Fields, Platform } from '../platform.ts';

const secrets: Platform['secrets'] = {
  first: { bot_token: 'xoxb-1234-canary-slack-bot-81d0', app_token: 'xapp-1-A0-canary-slack-app-77ce' },
  second: { bot_token: 'xoxb-5678-canary-slack-bot-93ab', app_token: 'xapp-1-A1-canary-slack-app-5f1e' },
};
const people = { friend: 'U012AB3CD', other: 'U034EF5GH', stranger: 'U0666XYZ9' } as const;

export const slack: Platform = {
  type: 'slack',
  secrets,
  wrong: { bot_token: 'xoxb-1234-refused', app_token: 'xapp-1-A2-refused' },
  people,
  publicHosts: ['slack.com'],
  tls: true,
  start: async (where) => {
    const fake = await startSlack(where);
    const appOf = ({ bot_token: botToken = '', app_token: appToken = '' }: Fields) =>
      fake.addApp({ botToken, appToken });
    const apps = { first: appOf(secrets.first), second: appOf(secrets.second) };
    return Object.assign(fake, {
      rooms: ['C0FAKEHALL', 'C0FAKEYARD'] as const,
      isConnected: (account: Account) =>
        [...fake.connections].some((connection) => connection.app === apps[account]),
      write: ({ to, from, text, room, mention }) =>
        void fake.inject({
          token: apps[to].botToken,
          from: people[from],
          text: mention ? `<@${apps[to].user}> ${text}` : text,
          ...(room ? { channel: room } : {}),
        }),
      said: (account: Account) =>
        fake.posted
          .list({ token: apps[account].botToken })
          .map(({ channel, text }) => ({ where: fake.direct.get(channel) ?? channel, text, written: text })),
    } satisfies Omit<Awaited<ReturnType<Platform['start']>>, 'port' | 'url' | 'close' | 'api'>);
  },
};
