import type { ChannelType } from '../../config/types.ts';

/** Ids at Discord: https://discord.com/developers/docs/reference#snowflakes */
const snowflake = /^[1-9]\d{16,19}$/;

/** What a user writes for a Discord bot. */
export const discord: ChannelType = {
  type: 'discord',
  title: 'Discord bot',
  claimable: true,
  fields: [
    {
      name: 'token',
      secret: true,
      variable: 'DISCORD_BOT_TOKEN',
      required: true,
      kind: 'text',
      // Bot id, time and signature, each in base64url. Lengths are not checked: they have grown before.
      pattern: /^[\w-]+\.[\w-]+\.[\w-]+$/,
      expected: 'a bot token as the Developer Portal shows it, three parts with dots between, without "Bot "',
      example: '$DISCORD_BOT_TOKEN',
      help: 'token of the bot, from the Developer Portal',
    },
    {
      name: 'allow_from',
      secret: false,
      variable: 'DISCORD_ALLOW_FROM',
      required: false,
      kind: 'senders',
      pattern: snowflake,
      expected:
        'Discord user ids in quotes or "*" (user names can change hands; Developer Mode shows Copy User ID)',
      // YAML's numbers lose the last digits of an id this long.
      example: '["80351110224678912"]',
      help: 'ids of the users who may talk to the agent; "*" is everyone; without it the channel waits for its owner',
    },
    {
      name: 'groups',
      secret: false,
      variable: 'DISCORD_GROUPS',
      required: false,
      kind: 'groups',
      expected: 'off, mention or all',
      example: 'mention',
      help: 'in servers: off (silent), mention (an allowed user who mentions the bot) or all (all that an allowed user writes)',
    },
    {
      name: 'guild',
      secret: false,
      variable: 'DISCORD_GUILD',
      required: false,
      kind: 'text',
      ofGroups: true,
      pattern: snowflake,
      expected:
        'the id of a server in quotes, like "197038439483310086" (Developer Mode shows Copy Server ID)',
      example: '"197038439483310086"',
      help: 'id of the only server that groups is for; without it: every server that the bot is in',
    },
    {
      name: 'api_root',
      secret: false,
      variable: 'DISCORD_API_ROOT',
      required: false,
      kind: 'url',
      expected: 'an http(s) address with the version of the API, like https://discord.com/api/v10',
      example: 'https://discord.example.com/api/v10',
      help: 'address of a server that speaks the Discord API, with its version',
    },
  ],
};
