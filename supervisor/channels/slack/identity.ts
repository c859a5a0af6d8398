import type { ChannelReason } from '../../../runtimes/contract.ts';
import type { Trouble, Web } from './web.ts';
import { missingScopes, reasons } from './words.ts';

export interface Identity {
  /** The bot's user, `U…`. */
  readonly user: string;
  readonly name: string;
  /** Scopes that the bot token lacks of those that are wanted. */
  readonly missing: readonly string[];
}

/** Asks Slack who the app is. Throws `Trouble`. */
export async function identify(web: Web, groups: boolean, signal: AbortSignal): Promise<Identity> {
  const told = await web.call('auth.test', {}, signal);
  const { scopes } = Object(told['response_metadata']);
  return {
    user: String(told['user_id']),
    name: String(told['user']),
    missing: Array.isArray(scopes) ? missingScopes(scopes.map(String), groups) : [],
  };
}

/** What a failed call says of the account; `everUp`: its tokens were good once. */
export function reasonOf({ word }: Trouble, everUp: boolean): ChannelReason {
  const reason = reasons[word ?? ''] ?? 'unreachable';
  return reason === 'token-rejected' && everUp ? 'token-revoked' : reason;
}
