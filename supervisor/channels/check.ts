import type { ChannelReason, GroupPolicy } from '../../runtimes/contract.ts';
import { codeOf } from './silence.ts';

export interface CheckInput {
  readonly fields: { readonly [field: string]: string };
  readonly secrets: { readonly [field: string]: string };
  /** What is to be heard in groups may need more than direct messages do. */
  readonly groups?: GroupPolicy;
}

export interface CheckResult {
  readonly reason: ChannelReason | null;
  /** How the platform calls the account, e.g. `@name_bot`. */
  readonly account?: string;
  readonly details?: CheckDetails;
  /** It can be served all the same: what is wrong hinders its replies alone, which are sent when it is mended. */
  readonly servable?: true;
}

/** More than the reason code, for the person who asked. Holds no secret. */
export interface CheckDetails {
  /** Tells apart what one reason code covers, for scripts: `webhook-set`, `other-reader`, `slow`, … */
  readonly cause: string;
  readonly text: string;
  /** What to do, where that differs from the advice on the reason. */
  readonly fix?: string;
}

/** Asks a platform who an account is. Never throws; gives up when the signal says so. */
export type Check = (input: CheckInput, signal: AbortSignal) => Promise<CheckResult>;

/** What `supervisor/channels/<type>/check.ts` exports. */
export interface CheckModule {
  readonly check: Check;
  /**
   * Asks whether another program takes the account's messages, where the platform tells that to readers only. It reads
   * for a moment itself and so disturbs that program: for people's own tests, never for a start.
   */
  readonly checkReaders?: Check;
}

/** The questions to the platform of a channel type, found by the folder's name; undefined where it has none. */
export async function loadCheck(type: string): Promise<CheckModule | undefined> {
  try {
    // The bundler turns the template into a table of all files that fit.
    return (await import(`./${type}/check.ts`)) as CheckModule;
  } catch {
    return undefined;
  }
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Empty when the platform sent no JSON object. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** One question to a platform. Throws when no answer comes. */
export async function askJson(url: string, init: RequestInit): Promise<Answer> {
  const response = await fetch(url, init);
  const body: unknown = await response.json().catch(() => undefined);
  // A body that did not come in time is no answer, though a status came.
  init.signal?.throwIfAborted();
  return {
    status: response.status,
    headers: response.headers,
    body: typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {},
  };
}

/** For a platform that answered what nobody can use; `root` is its address. */
export function unusable(root: string, status: number): CheckResult {
  const text = `${hostOf(root)} answers ${status === 200 ? 'something else than asked' : `HTTP ${status}`}`;
  return { reason: 'unreachable', details: { cause: 'platform-error', text } };
}

/** For a question that `fetch` threw upon: too slow, or no way there. */
export function unanswered(root: string, error: unknown, signal: AbortSignal): CheckResult {
  const host = hostOf(root);
  if (signal.aborted) {
    return { reason: 'unreachable', details: { cause: 'slow', text: `${host} does not answer in time` } };
  }
  const code = codeOf(error);
  const text = `no connection to ${host}${code === undefined ? '' : ` (${code})`}`;
  return { reason: 'unreachable', details: { cause: 'no-network', text } };
}

function hostOf(root: string): string {
  return URL.canParse(root) ? new URL(root).host : 'the platform';
}
