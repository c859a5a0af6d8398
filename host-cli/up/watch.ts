import type { Engine } from '../engine.ts';
import { waitReady } from '../ready.ts';
import type { Tell } from '../ui.ts';
import type { Outcome } from './outcome.ts';
import { whyNot } from './settle.ts';

/** Milliseconds that an instance gets to become ready. */
export const READY_LIMIT = 6 * 60_000;

export interface Watch {
  readonly engine: Engine;
  readonly instance: string;
  readonly id: string;
  readonly port: number;
  readonly signal: AbortSignal;
  readonly tell: Tell;
  /** As typed, for the line to type again. */
  readonly command: string;
  /** Restart policy that it has now, and the one that it is to have once it has come up. */
  readonly policy: { readonly now: string; readonly later: string };
}

/**
 * While a start is watched the container has no restart policy: an end is an end then, and the engine does not start one
 * with a mistake again and again.
 */
export function watchedPolicy<Policy extends string>(
  wanted: Policy,
  watched: boolean,
  podman: boolean,
): Policy | 'no' {
  // podman before 5 changes no policy of a container that is there.
  return watched && !podman ? 'no' : wanted;
}

/** Leaves it to the engine, without waiting. An `up` that was killed may have left one that it still watched. */
export async function letGo({ engine, id, policy }: Watch): Promise<{ readonly state: 'started' }> {
  if (policy.now !== policy.later) await engine.setRestart(id, policy.later);
  return { state: 'started' };
}

/** Waits until it is ready with its channels, and leaves it to the engine from there on. */
export async function watch(watch: Watch): Promise<Pick<Outcome, 'state' | 'health' | 'error'>> {
  const { tell } = watch;
  const say = (waiting: string, seconds: number): void => tell(`waiting for ${waiting} (${seconds} s)`);
  const outcome = await waitReady({ ...watch, limit: READY_LIMIT, strict: true, tell: say });
  // One that ended stays as it ended, to be looked at.
  if (outcome.kind !== 'ended') await letGo(watch);
  const error = await whyNot({ ...watch, limit: READY_LIMIT }, outcome);
  const health = outcome.kind === 'ready' || outcome.kind === 'degraded' ? { health: outcome.health } : {};
  return error ? { state: 'failed', error, ...health } : { state: 'ready', ...health };
}
