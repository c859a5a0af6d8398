import type { ChannelReason } from '../../../runtimes/contract.ts';

/** What Slack's words for a refused token or app mean: https://docs.slack.dev/reference/methods/auth.test#errors */
export const reasons: Readonly<Record<string, ChannelReason>> = {
  invalid_auth: 'token-rejected',
  not_authed: 'token-rejected',
  not_allowed_token_type: 'token-rejected',
  token_revoked: 'token-revoked',
  token_expired: 'token-revoked',
  account_inactive: 'token-revoked',
  user_removed_from_team: 'token-revoked',
  team_disabled: 'token-revoked',
  missing_scope: 'missing-scope',
  no_permission: 'missing-scope',
};

/** Without these an app can neither hear nor answer a direct message. */
const always = ['chat:write', 'im:history'];
/** What hears mentions in channels. */
const mentions = ['app_mentions:read'];

/** Scopes of the bot token that are missing in what Slack says was granted, by what is wanted. */
export function missingScopes(granted: readonly string[], groups: boolean): string[] {
  return [...always, ...(groups ? mentions : [])].filter((scope) => !granted.includes(scope));
}
