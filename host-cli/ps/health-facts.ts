import type { HealthCheck } from '../engine-records.ts';
import type { Health } from '../health.ts';
import { objectOf } from '../http.ts';
import type { State } from './row.ts';
import { spoken } from './words.ts';

export interface Channel {
  readonly name: string;
  readonly type: string | null;
  /** How the platform calls it, e.g. `@name_bot`; null while that is not known. */
  readonly account: string | null;
  /** `native`, `relayed` or `unclaimed`. */
  readonly mode: string | null;
  /** `up`, `connecting`, `down` or `unclaimed`. */
  readonly state: string;
  readonly reason: string | null;
}

export interface HealthFacts {
  readonly state: State;
  readonly reason: string | null;
  readonly reasons: readonly string[];
  readonly runtimeVersion: string | null;
  readonly runtimeRestarts: number | null;
  readonly channels: readonly Channel[] | null;
}

/** Reads a health body; an image of another version may lack any field, or mean something else by it. */
export function healthFacts(health: Health): HealthFacts {
  const runtime = fieldsOf(health.runtime);
  const reasons = list(health.reasons).filter((reason) => typeof reason === 'string');
  const state = stateOf(health.status ?? '', runtime.state);
  return {
    state,
    reason: state === 'ready' ? null : reasonOf(reasons, runtime.reason),
    reasons,
    runtimeVersion: textOf(runtime.version),
    runtimeRestarts: typeof runtime.restarts === 'number' ? runtime.restarts : null,
    channels: Array.isArray(health.channels)
      ? health.channels.map((channel) => channelOf(channel, fieldsOf(health.accounts)))
      : null,
  };
}

/** What the image's HEALTHCHECK printed last, with its time in milliseconds since 1970. */
export function recordedHealth(
  check: HealthCheck | undefined,
): { readonly facts: HealthFacts; readonly at: number | undefined } | undefined {
  const body = check && objectOf(check.output);
  if (typeof body?.status !== 'string') return undefined;
  return {
    facts: healthFacts(body as Health),
    at: check?.at === undefined ? undefined : Date.parse(check.at),
  };
}

function stateOf(status: string, runtimeState: unknown): State {
  if (status === 'ready' || status === 'starting' || status === 'failed') return status;
  if (status === 'draining') return 'stopping';
  const again = ['backoff', 'ending', 'restarting', 'starting'].includes(String(runtimeState));
  return again ? 'restarting' : 'unready';
}

function reasonOf(reasons: readonly string[], lastExit: unknown): string | null {
  // Channels have a column of their own.
  const words = reasons.filter((code) => !code.startsWith('channel-')).map(spoken);
  const last = textOf(lastExit);
  if (last !== null) words.push(`last: ${last.replaceAll('-', ' ')}`);
  return words.length === 0 ? null : words.join(', ');
}

function channelOf(value: unknown, accounts: Readonly<Record<string, unknown>>): Channel {
  const { name, type, mode, state, reason } = fieldsOf(value);
  return {
    name: textOf(name) ?? '?',
    type: textOf(type),
    account: typeof name === 'string' && Object.hasOwn(accounts, name) ? textOf(accounts[name]) : null,
    mode: textOf(mode),
    state: textOf(state) ?? 'unknown',
    reason: textOf(reason),
  };
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
