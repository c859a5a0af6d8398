import type { TurnErrorCode, TurnEvent } from '../contract.ts';
import type { Frame } from './socket.ts';

/**
 * An `error` frame of 0.8.4, as measured. Its own code is guessed from words of the text and says "PROVIDER_ERROR" to
 * nearly all; the text holds one line per attempt that ends in `kind=…; phase=…; hint=…`. Pure.
 */
export function errorEvent({ message = 'ZeroClaw gave no reason', code = '' }: Frame): TurnEvent {
  if (frameCodes[code]) return failure(frameCodes[code], message);
  if (/maximum tool iterations/.test(message)) return failure('runtime-refused', message);
  const attempts = [...message.matchAll(/error=(.*?); kind=(\w+); phase=/gs)];
  const [, error = message, kind = ''] = attempts.at(-1) ?? [];
  const status = Number(/API error \((\d{3})\b/.exec(error)?.[1] ?? 0);
  return failure(
    statuses[status] ?? kinds[kind] ?? (timedOut.test(error) ? 'provider-timeout' : 'provider-error'),
    summary(error),
  );
}

export function failure(code: TurnErrorCode, message: string): TurnEvent {
  return { kind: 'error', code, message };
}

const timedOut = /timed? ?out|deadline/i;

const statuses: Readonly<Record<number, TurnErrorCode>> = {
  401: 'provider-auth',
  403: 'provider-auth',
  408: 'provider-timeout',
  429: 'provider-limit',
  504: 'provider-timeout',
};

const kinds: Readonly<Record<string, TurnErrorCode>> = {
  auth: 'provider-auth',
  rate_limited: 'provider-limit',
  timeout: 'provider-timeout',
};

/** What is wrong between us and ZeroClaw, not between it and the model. */
const frameCodes: Readonly<Record<string, TurnErrorCode>> = {
  INVALID_JSON: 'runtime-refused',
  UNKNOWN_MESSAGE_TYPE: 'runtime-refused',
  EMPTY_CONTENT: 'bad-request',
  INVALID_CWD: 'runtime-refused',
  NEEDS_ONBOARDING: 'runtime-refused',
  AGENT_INIT_FAILED: 'runtime-refused',
  SESSION_QUEUE_FULL: 'runtime-unavailable',
  SESSION_QUEUE_TIMEOUT: 'runtime-unavailable',
};

/** One attempt's error in one line; the provider's own message where it can be told. */
function summary(error: string): string {
  const said = /"message":"((?:[^"\\]|\\.)*)"/.exec(error)?.[1];
  const head = /^[^:{]*API error \([^)]*\)/.exec(error)?.[0];
  return head && said ? `${head}: ${said}` : error.trim();
}
