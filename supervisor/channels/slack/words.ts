import type { ChannelReason, GroupPolicy } from '../../../runtimes/contract.ts';

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

/** Scopes that the bot token lacks of what was granted, by what is to be heard in channels. */
export function missingScopes(granted: readonly string[], groups: GroupPolicy | undefined): string[] {
  // Mentions alone are the default, also of an app that is for direct messages: that lack is no fault.
  const needed = groups === 'all' ? [...always, 'channels:history'] : always;
  return needed.filter((scope) => !granted.includes(scope));
}

/** Whether an app that is to hear mentions in channels cannot. */
export function isDeaf(granted: readonly string[], groups: GroupPolicy): boolean {
  return groups === 'mention' && !granted.includes('app_mentions:read');
}
