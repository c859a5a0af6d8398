import type { ChannelType } from '../../config/types.ts';

/** What a user writes for a Telegram bot. */
export const telegram: ChannelType = {
  type: 'telegram',
  title: 'Telegram bot',
  claimable: true,
  // https://core.telegram.org/bots/features#deep-linking: the bot gets `/start CODE`.
  claimLink: (account, code) =>
    /^@\w+$/.test(account) ? `https://t.me/${account.slice(1)}?start=${code}` : undefined,
  fields: [
    {
      name: 'token',
      secret: true,
      variable: 'TELEGRAM_BOT_TOKEN',
      required: true,
      kind: 'text',
      // Bot id, colon, 35 characters; the length is not checked: self-hosted and test servers make their own.
      pattern: /^\d+:[A-Za-z0-9_-]+$/,
      expected: 'a bot token as @BotFather gives it, like 123456789:AAF…',
      example: '$TELEGRAM_BOT_TOKEN',
      help: 'token of the bot, from @BotFather',
    },
    {
      name: 'allow_from',
      secret: false,
      variable: 'TELEGRAM_ALLOW_FROM',
      required: false,
      kind: 'senders',
      pattern: /^[1-9]\d{0,15}$/,
      expected:
        'numeric Telegram user ids or "*" (user names can change hands; the bot @userinfobot tells you your id)',
      example: '[123456789]',
      help: 'numeric ids of the users who may talk to the agent; "*" is everyone; without it the channel waits for its owner',
    },
    {
      name: 'groups',
      secret: false,
      variable: 'TELEGRAM_GROUPS',
      required: false,
      kind: 'groups',
      expected: 'off, mention or all',
      example: 'mention',
      help: 'in groups: off (silent), mention (an allowed sender who mentions the bot or answers it) or all (all that an allowed sender writes)',
    },
    {
      name: 'api_root',
      secret: false,
      variable: 'TELEGRAM_API_ROOT',
      required: false,
      kind: 'url',
      expected: 'an http(s) address, like https://api.telegram.org',
      example: 'https://bot-api.example.com',
      help: 'address of a self-hosted Bot API server',
    },
  ],
};
