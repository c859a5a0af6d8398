import type { ChannelReason } from '../../../runtimes/contract.ts';
import { backoff, pause } from '../pause.ts';
import { type Rest, Trouble } from './rest.ts';

export type Gate =
  | { readonly kind: 'open'; readonly url: string }
  /** `ms`: milliseconds, where more is known than that it failed. */
  | { readonly kind: 'wait'; readonly reason: ChannelReason; readonly detail: string; readonly ms?: number };

export interface Logins {
  /** Where to connect, and whether one may: `login` when it is to be a login and not the resuming of a session. */
  readonly ask: (login: boolean, signal: AbortSignal) => Promise<Gate>;
  /** The last login led to a connection that lasted. */
  readonly wereGood: () => void;
}

const LONGEST_BETWEEN = 300_000;

/**
 * Discord allows a thousand logins in a day and resets the token of a bot that uses more. So it is asked before each one,
 * and logins that lead to nothing come ever less often.
 * https://docs.discord.com/developers/events/gateway#session-start-limit-object
 */
export function createLogins(
  rest: Rest,
  pauses: { readonly logins: number; readonly refused: number },
): Logins {
  let tries = 0;
  let last = Number.NEGATIVE_INFINITY;

  async function ask(login: boolean, signal: AbortSignal): Promise<Gate> {
    let told: unknown;
    try {
      told = await rest.ask('GET', '/gateway/bot', { signal });
    } catch (error) {
      return toWait(error, pauses.refused);
    }
    const { url, session_start_limit: limit } = Object(told);
    if (typeof url !== 'string' || !/^wss?:/.test(url))
      return { kind: 'wait', reason: 'unreachable', detail: 'Discord names no gateway' };
    if (!login) return { kind: 'open', url };
    if (Object(limit).remaining === 0) {
      const reset = Number(Object(limit).reset_after) || 0;
      const minutes = Math.ceil(reset / 60_000);
      const detail = `no logins are left today; the next ones come in ${minutes} min`;
      // Asking costs no login, and a new token begins anew.
      return {
        kind: 'wait',
        reason: 'session-limit',
        detail,
        ms: Math.min(reset || pauses.refused, pauses.refused),
      };
    }
    const between = tries === 0 ? 0 : backoff(pauses.logins, LONGEST_BETWEEN, tries);
    await pause(Math.max(0, last + between - performance.now()), signal);
    tries += 1;
    last = performance.now();
    return { kind: 'open', url };
  }

  return {
    ask,
    wereGood: () => {
      tries = Math.min(tries, 1);
    },
  };
}

function toWait(error: unknown, refused: number): Gate {
  const detail = error instanceof Error ? error.message : String(error);
  if (!(error instanceof Trouble)) return { kind: 'wait', reason: 'unreachable', detail };
  if (error.status === 401) return { kind: 'wait', reason: 'token-rejected', detail, ms: refused };
  const after = error.retryAfter === undefined ? {} : { ms: error.retryAfter };
  return { kind: 'wait', reason: 'unreachable', detail, ...after };
}
