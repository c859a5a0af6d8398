import type { ChannelType } from '../../config/types.ts';

/** What a user writes for a Slack app in Socket Mode. */
export const slack: ChannelType = {
  type: 'slack',
  title: 'Slack app',
  claimable: true,
  fields: [
    {
      name: 'bot_token',
      secret: true,
      variable: 'SLACK_BOT_TOKEN',
      required: true,
      kind: 'text',
      // One that starts with `xoxe.` ends after twelve hours: token rotation, which nobody here would keep up.
      pattern: /^xoxb-[\w-]+$/,
      expected: 'the Bot User OAuth Token of the app, which starts with xoxb- (token rotation off)',
      example: '$SLACK_BOT_TOKEN',
      help: 'Bot User OAuth Token, from OAuth & Permissions of the app',
    },
    {
      name: 'app_token',
      secret: true,
      variable: 'SLACK_APP_TOKEN',
      required: true,
      kind: 'text',
      pattern: /^xapp-[\w-]+$/,
      expected: 'an app-level token with the scope connections:write, which starts with xapp-',
      example: '$SLACK_APP_TOKEN',
      help: 'app-level token with connections:write, from Basic Information of the app',
    },
    {
      name: 'allow_from',
      secret: false,
      variable: 'SLACK_ALLOW_FROM',
      required: false,
      kind: 'senders',
      pattern: /^[UW][A-Z0-9]{6,}$/,
      expected: 'Slack member ids like U012AB3CD or "*" (names can change; a profile has Copy member ID)',
      example: '[U012AB3CD]',
      help: 'ids of the members who may talk to the agent; "*" is everyone; without it the channel waits for its owner',
    },
    {
      name: 'groups',
      secret: false,
      variable: 'SLACK_GROUPS',
      required: false,
      kind: 'groups',
      expected: 'off, mention or all',
      example: 'mention',
      help: 'in channels and group conversations: off (silent), mention (an allowed member who mentions the app) or all (all that an allowed member writes)',
    },
    {
      name: 'api_root',
      secret: false,
      variable: 'SLACK_API_ROOT',
      required: false,
      kind: 'url',
      expected: 'an http(s) address, like https://slack.com/api',
      example: 'https://slack.example.com/api',
      help: 'address of a server that speaks the Slack Web API',
    },
  ],
};
