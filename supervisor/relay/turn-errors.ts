import type { TurnErrorCode } from '../../runtimes/contract.ts';

export interface TurnFailure {
  readonly status: number;
  readonly code: string;
  readonly type: string;
}

/**
 * How an error of a turn reads under /v1. `no-reply` is none: an agent may decide to say nothing, and the answer is
 * then empty. 502 and 504 blame the model provider, as a gateway does; the code tells them apart.
 */
export const turnFailures: Readonly<Record<Exclude<TurnErrorCode, 'no-reply'>, TurnFailure>> = {
  'provider-auth': { status: 502, code: 'provider_auth', type: 'server_error' },
  'provider-limit': { status: 429, code: 'provider_limit', type: 'rate_limit_error' },
  'provider-error': { status: 502, code: 'provider_error', type: 'server_error' },
  'provider-timeout': { status: 504, code: 'provider_timeout', type: 'server_error' },
  'runtime-unavailable': { status: 503, code: 'runtime_unavailable', type: 'server_error' },
  'runtime-refused': { status: 502, code: 'runtime_refused', type: 'server_error' },
  'bad-request': { status: 400, code: 'bad_request', type: 'invalid_request_error' },
  'turn-timeout': { status: 504, code: 'turn_timeout', type: 'server_error' },
};
