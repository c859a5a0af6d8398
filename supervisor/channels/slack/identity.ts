import type { ChannelReason, GroupPolicy } from '../../../runtimes/contract.ts';
import type { Trouble, Web } from './web.ts';
import { isDeaf, missingScopes, reasons } from './words.ts';

export interface Identity {
  /** The bot's user, `U…`. */
  readonly user: string;
  readonly name: string;
  /** Scopes that the bot token lacks of those that are wanted. */
  readonly missing: readonly string[];
  /** It is to hear mentions in channels, and cannot. */
  readonly deaf: boolean;
}

/** Asks Slack who the app is. Throws `Trouble`. */
export async function identify(web: Web, groups: GroupPolicy, signal: AbortSignal): Promise<Identity> {
  const told = await web.call('auth.test', {}, signal);
  const { scopes } = Object(told['response_metadata']);
  const granted = Array.isArray(scopes) ? scopes.map(String) : undefined;
  return {
    user: String(told['user_id']),
    name: String(told['user']),
    missing: granted ? missingScopes(granted, groups) : [],
    deaf: granted ? isDeaf(granted, groups) : false,
  };
}

/** What a failed call says of the account; `everUp`: its tokens were good once. */
export function reasonOf({ word }: Trouble, everUp: boolean): ChannelReason {
  const reason = reasons[word ?? ''] ?? 'unreachable';
  return reason === 'token-rejected' && everUp ? 'token-revoked' : reason;
}
