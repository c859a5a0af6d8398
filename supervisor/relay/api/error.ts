import type { ServerResponse } from 'node:http';
import type { TurnErrorCode } from '../../../runtimes/contract.ts';
import { turnFailures } from '../turn-errors.ts';

/** An answer under /v1 that is no success. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly type: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: string,
    message: string,
    more: { readonly type?: string; readonly headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.type = more.type ?? (status < 500 ? 'invalid_request_error' : 'server_error');
    this.headers = more.headers ?? {};
  }

  /** As clients of OpenAI read it. */
  get body(): object {
    return { error: { message: this.message, type: this.type, param: null, code: this.code } };
  }
}

/** The answer to a turn that ended in an error. */
export function turnError(code: Exclude<TurnErrorCode, 'no-reply'>, message: string): ApiError {
  const { status, code: word, type } = turnFailures[code];
  // The official client repeats 429 and 5xx by itself; a turn may have run tools, so it must not be run twice.
  const headers = { 'x-should-retry': 'false', ...(status === 503 ? retryAfter : {}) };
  return new ApiError(status, word, message, { type, headers });
}

const retryAfter = { 'retry-after': '5' };

/** The answer while no turn is taken. */
export function refusalError(refusal: 'draining' | 'unavailable'): ApiError {
  const headers = retryAfter;
  return refusal === 'draining'
    ? new ApiError(503, 'draining', 'this instance is stopping and takes no new messages', { headers })
    : new ApiError(503, 'runtime_unavailable', 'the runtime does not take messages now; see /ready', {
        headers,
      });
}

export function sendError(response: ServerResponse, error: ApiError): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  response.writeHead(error.status, { 'content-type': 'application/json', ...error.headers });
  response.end(JSON.stringify(error.body));
}
