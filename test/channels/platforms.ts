import { type FakeDiscord, startDiscord } from '../fakes/discord/server.ts';
import type { Listening, Where } from '../fakes/platform/listen.ts';
import type { PostedLog } from '../fakes/platform/posted.ts';
import { type FakeSlack, startSlack } from '../fakes/slack/server.ts';
import type { Posted } from '../fakes/testing/platform.ts';

/** People of every platform, told apart by their ids only. */
export type Person = 'friend' | 'stranger';

/** One channel type as the suite plays it. */
export interface Platform {
  readonly type: string;
  /** Values that must be found nowhere; each by the variable that it goes in by. */
  readonly secrets: Readonly<Record<string, string>>;
  /** A secret that the platform refuses, in the place of the good one. */
  readonly wrong: Readonly<Record<string, string>>;
  readonly variables: Readonly<Record<string, string>>;
  /** Takes the base of the API, as the container reaches it. */
  readonly apiRoot: string;
  /** Where clients find it that take no other base. */
  readonly publicHosts: readonly string[];
  /** Variables that open its room, and no other, beside direct messages, for types that have such a thing. */
  readonly room?: Readonly<Record<string, string>>;
  readonly start: (where: Where) => Promise<Playing>;
}

export interface Playing extends Listening {
  /** Base of the API, seen from this machine. */
  readonly api: string;
  readonly posted: PostedLog;
  readonly isConnected: () => boolean;
  /** Ids of two rooms where others read too; `room` of the platform opens the first. */
  readonly rooms: readonly [string, string];
  /** A direct message. */
  readonly write: (from: Person, text: string) => void;
  /** `mention`: to the bot. */
  readonly writeInRoom: (room: string, from: Person, text: string, mention: boolean) => void;
  readonly isFrom: (posted: Posted, person: Person) => boolean;
}

const discordPeople = { friend: '80351110224678912', stranger: '80351110224678666' } as const;
/** Rooms, each in a server of its own. */
const servers: Readonly<Record<string, string>> = {
  '197038439483310099': '197038439483310086',
  '310099197038439483': '310086197038439483',
};
const [hall = '', otherHall = ''] = Object.keys(servers);

const discord: Platform = {
  type: 'discord',
  secrets: { DISCORD_BOT_TOKEN: 'MTk4NjIyNDgzNDcxOTI1MjQ4.CanaryD.discord_bot_token_6f21' },
  wrong: { DISCORD_BOT_TOKEN: 'MTk4NjIyNDgzNDcxOTI1MjQ4.CanaryD.refused' },
  variables: { DISCORD_ALLOW_FROM: discordPeople.friend },
  apiRoot: 'DISCORD_API_ROOT',
  publicHosts: ['discord.com', 'gateway.discord.gg'],
  room: { DISCORD_GUILD: servers[hall] ?? '' },
  start: async (where) => {
    const fake: FakeDiscord = await startDiscord(where);
    fake.addBot({ token: discord.secrets['DISCORD_BOT_TOKEN'] ?? '', guilds: Object.values(servers) });
    return Object.assign(fake, {
      rooms: [hall, otherHall] as const,
      isConnected: () => [...fake.sessions].some((session) => session.isOpen()),
      write: (from: Person, text: string) => void fake.inject({ from: discordPeople[from], text }),
      writeInRoom: (room: string, from: Person, text: string, mention: boolean) =>
        void fake.inject({
          from: discordPeople[from],
          text,
          guild: servers[room] ?? '',
          channel: room,
          mention,
        }),
      isFrom: ({ user }: Posted, person: Person) => user === discordPeople[person],
    });
  },
};

const slackPeople = { friend: 'U012AB3CD', stranger: 'U0666XYZ9' } as const;

const slack: Platform = {
  type: 'slack',
  secrets: {
    SLACK_BOT_TOKEN: 'xoxb-1234-canary-slack-bot-81d0',
    SLACK_APP_TOKEN: 'xapp-1-A0-canary-slack-app-77ce',
  },
  wrong: { SLACK_BOT_TOKEN: 'xoxb-1234-refused' },
  variables: { SLACK_ALLOW_FROM: slackPeople.friend },
  apiRoot: 'SLACK_API_ROOT',
  publicHosts: ['slack.com'],
  start: async (where) => {
    const fake: FakeSlack = await startSlack(where);
    const { SLACK_BOT_TOKEN: botToken = '', SLACK_APP_TOKEN: appToken = '' } = slack.secrets;
    const app = fake.addApp({ botToken, appToken });
    return Object.assign(fake, {
      rooms: ['C0FAKEHALL', 'C0FAKEYARD'] as const,
      isConnected: () => fake.connections.size > 0,
      write: (from: Person, text: string) => void fake.inject({ from: slackPeople[from], text }),
      writeInRoom: (room: string, from: Person, text: string, mention: boolean) => {
        const said = mention ? `<@${app.user}> ${text}` : text;
        fake.inject({ from: slackPeople[from], text: said, channel: room });
      },
      isFrom: ({ user }: Posted, person: Person) => user === slackPeople[person],
    });
  },
};

export const platforms: readonly Platform[] = [discord, slack];
