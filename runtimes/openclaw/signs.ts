import type { ChannelSign } from '../contract.ts';

const account = String.raw`\[(?<account>[\w-]+)\]`;

/** Lines of OpenClaw 2026.9.6 that tell of a channel; each was seen on the real gateway. */
export const channelSigns: readonly ChannelSign[] = [
  {
    type: 'telegram',
    pattern: said(
      'telegram',
      String.raw`\[telegram\]\[diag\] isolated polling ingress failed: Telegram getUpdates conflict`,
    ),
    reason: 'poller-conflict',
  },
  {
    type: 'telegram',
    pattern: said(
      'telegram',
      `(${account} )?.*(\\(40[14]: (Unauthorized|Not Found)\\)|channel exited: (Unauthorized|Not Found)\\b|bot token unauthorized for account )`,
    ),
    reason: 'token-rejected',
  },
  {
    type: 'telegram',
    // /readyz stays true meanwhile.
    pattern: said('telegram', "telegram deleteWebhook failed: Network request for 'deleteWebhook' failed"),
    reason: 'unreachable',
  },
  // After a failed poll it waits 30 s, then longer and longer up to 12 minutes, and says this when it tries again.
  {
    type: 'telegram',
    pattern: said(
      'telegram',
      `(\\[telegram\\]\\[diag\\] (rebuilding transport for next polling cycle|isolated polling worker update received)|${account} starting provider \\(@)`,
    ),
    reason: null,
  },
  {
    type: 'discord',
    // The second when a token is reset while it is connected; /readyz tells of neither before a minute or two.
    pattern: said('discord', `${account} channel exited: .*(\\(401\\)|close code: 4004)`),
    reason: 'token-rejected',
  },
  {
    type: 'discord',
    pattern: said('discord', `${account} channel exited: `),
    reason: 'unreachable',
  },
  {
    type: 'discord',
    pattern: said('discord', `${account} Discord bot probe resolved @`),
    reason: null,
  },
  {
    type: 'slack',
    pattern: slackRefused('invalid_auth|not_authed|not_allowed_token_type'),
    reason: 'token-rejected',
  },
  {
    type: 'slack',
    pattern: slackRefused('token_revoked|token_expired|account_inactive'),
    reason: 'token-revoked',
  },
  { type: 'slack', pattern: slackRefused('missing_scope|no_permission'), reason: 'missing-scope' },
  // Said again at each try, which are half a minute apart in the end; /readyz stays true.
  {
    type: 'slack',
    pattern: slackError(noSocket('WebAPI(HTTP|Request)Error: ')),
    reason: 'unreachable',
    lasts: 120_000,
  },
  { type: 'slack', pattern: said('slack', 'slack socket mode connected'), reason: null },
  ...['telegram', 'discord', 'slack'].map(leftOff),
];

/** After three processes within five minutes that did not come to their own end; /readyz stays true. */
function leftOff(type: string): ChannelSign {
  const pattern = said(type, 'channel autostart suppressed by crash-loop breaker');
  return { type, pattern, reason: 'down', lasts: Number.POSITIVE_INFINITY };
}

/** The subsystem in front keeps texts of conversations from being taken for signs: quotes in them are escaped. */
function said(channel: string, message: string): RegExp {
  return new RegExp(`"subsystem":"channels/${channel}","message":"${message}`);
}

/** Slack's clients have no subsystem, but no text of a conversation is an error. */
function slackError(message: string): RegExp {
  return new RegExp(`"level":"error","message":"${message}`);
}

function noSocket(error: string): string {
  return String.raw`socket-mode:\S+ Failed to retrieve a new WSS URL \(error: ${error}`;
}

/** Of the app's token when it connects, of the bot's when a message comes. */
function slackRefused(words: string): RegExp {
  const event = String.raw`\[ERROR\] +bolt-app AuthorizationError: Authorization of incoming event did not succeed\. `;
  return slackError(`(${noSocket('WebAPIPlatformError: ')}|${event})An API error occurred: (${words})\\b`);
}
