import type { AdapterHost, ConnectionState } from '../adapter.ts';
import { refusedBy, silence } from './client.ts';
import type { Pauses } from './pauses.ts';

export interface Troubles {
  /** Milliseconds that the next poll may stay open. */
  readonly patience: () => number;
  /** A poll was answered. */
  readonly over: (account: string) => void;
  /** A call failed. Milliseconds until the next one. */
  readonly met: (error: unknown) => number;
}

/** How long a poll stays open that is to show whether another program still reads. */
const PROBE = 10_000;

/** What goes wrong between us and Telegram: what the host hears of it, and how long to wait. */
export function createTroubles(host: AdapterHost, pauses: Pauses): Troubles {
  let said = '';
  let up = false;
  let everUp = false;
  let failures = 0;
  let conflicts = 0;
  let probe = false;
  say({ kind: 'connecting' });

  function say(state: ConnectionState): void {
    const now = JSON.stringify(state);
    if (now !== said) host.state(state);
    said = now;
  }

  function down(reason: Extract<ConnectionState, { kind: 'down' }>['reason'], detail: string): void {
    up = false;
    say({ kind: 'down', reason, detail });
  }

  function met(error: unknown): number {
    const refused = refusedBy(error);
    // 404 is Telegram's answer to a token that does not even look like one.
    if (refused?.code === 401 || refused?.code === 404) {
      down(everUp ? 'token-revoked' : 'token-rejected', `Telegram refuses the token (${refused.code})`);
      return pauses.rejected;
    }
    if (refused?.code === 409) {
      conflicts += 1;
      const webhook = /webhook/i.test(refused.words);
      probe = !webhook;
      down(
        'poller-conflict',
        webhook ? 'a webhook is set for this bot' : 'another program reads its messages',
      );
      return pauses.conflict(conflicts);
    }
    failures += 1;
    const detail = refused ? `Telegram answers ${refused.code}` : silence(error).words;
    // One failure between two good answers is nothing that anybody could act upon.
    if (!up || failures > 1) down('unreachable', detail);
    return refused?.retryAfter ?? pauses.network(failures);
  }

  return {
    patience: () => {
      if (probe) return Math.min(PROBE, pauses.poll);
      // Answered at once, so that whether all is well is known before it is waited for messages.
      return up && failures === 0 ? pauses.poll : 0;
    },
    over: (account) => {
      failures = 0;
      probe = false;
      if (up) conflicts = 0;
      up = true;
      everUp = true;
      say({ kind: 'up', account });
    },
    met,
  };
}
