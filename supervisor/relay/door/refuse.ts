import type { ServerResponse } from 'node:http';
import type { Dialect } from '../../providers/table.ts';

export type DoorError =
  | 'wrong-key'
  | 'no-such-path'
  | 'unreachable'
  | 'timeout'
  | 'too-large'
  | 'bad-json'
  | 'unreadable';

const errors: Readonly<
  Record<DoorError, { readonly status: number; readonly openai: string; readonly anthropic: string }>
> = {
  'wrong-key': { status: 401, openai: 'invalid_api_key', anthropic: 'authentication_error' },
  'no-such-path': { status: 404, openai: 'not_found', anthropic: 'not_found_error' },
  unreachable: { status: 502, openai: 'provider_unreachable', anthropic: 'api_error' },
  timeout: { status: 504, openai: 'provider_timeout', anthropic: 'api_error' },
  unreadable: { status: 502, openai: 'provider_unreadable', anthropic: 'api_error' },
  'too-large': { status: 413, openai: 'request_too_large', anthropic: 'request_too_large' },
  'bad-json': { status: 400, openai: 'invalid_json', anthropic: 'invalid_request_error' },
};

/** An error of the door's own, in the form that clients of the dialect read. */
export function refuse(response: ServerResponse, dialect: Dialect, error: DoorError, message: string): void {
  const { status } = errors[error];
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const body = errorBody(dialect, status, errors[error][dialect], message);
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** The body of an error in a dialect; `code` is its machine-readable word. */
export function errorBody(dialect: Dialect, status: number, code: string, message: string): object {
  if (dialect === 'anthropic') return { type: 'error', error: { type: code, message } };
  const type =
    status === 401 ? 'authentication_error' : status < 500 ? 'invalid_request_error' : 'server_error';
  return { error: { message, type, param: null, code } };
}
