// The same library on the platform's own fetch: the other build brings node-fetch, which knows neither the proxy nor the
// authorities that the relay set for this process.
import { Api, GrammyError, HttpError } from 'grammy/web';
import type { Account } from '../adapter.ts';
import { codeOf, nothingSent } from '../silence.ts';

export interface BotClient {
  readonly api: Api;
  /** With the token in it: for no log and no error. */
  readonly fileUrl: (path: string) => string;
}

export function openClient({ fields, secrets }: Account): BotClient {
  const root = (fields['api_root'] || 'https://api.telegram.org').replace(/\/+$/, '');
  const token = secrets['token'] ?? '';
  const encoded = (path: string): string => path.split('/').map(encodeURIComponent).join('/');
  return {
    api: new Api(token, { apiRoot: root }),
    fileUrl: (path) => `${root}/file/bot${token}/${encoded(path)}`,
  };
}

/** Ends a call when the caller has had enough, and after so many milliseconds. */
export function within(ms: number, signal?: AbortSignal): Parameters<Api['getMe']>[0] {
  const limit = AbortSignal.timeout(ms);
  const either = signal ? AbortSignal.any([signal, limit]) : limit;
  // grammY names the type of a stand-in for old Nodes; it only listens.
  return either as Parameters<Api['getMe']>[0];
}

/** What Telegram answered instead of a result. */
export interface Refused {
  readonly code: number;
  /** Telegram's words; what it repeats of a message is left out. */
  readonly words: string;
  /** Milliseconds. */
  readonly retryAfter?: number;
  /** The group is a supergroup now, under this id. */
  readonly movedTo?: string;
}

export function refusedBy(error: unknown): Refused | undefined {
  if (!(error instanceof GrammyError)) return undefined;
  const { retry_after: seconds, migrate_to_chat_id: moved } = error.parameters;
  return {
    code: error.error_code,
    words: error.description.replace(/".*"/s, '"…"').slice(0, 200),
    ...(seconds === undefined ? {} : { retryAfter: seconds * 1000 }),
    ...(moved === undefined ? {} : { movedTo: String(moved) }),
  };
}

/** Why no answer came. Never the address: it holds the token. */
export function silence(error: unknown): { readonly words: string; readonly unsent: boolean } {
  const inner: unknown = error instanceof HttpError ? error.error : error;
  const unsent = nothingSent(inner);
  const name = Object(inner).name;
  if (name === 'AbortError' || name === 'TimeoutError')
    return { words: 'Telegram does not answer in time', unsent };
  const code = codeOf(inner);
  if (code !== undefined) return { words: `no connection to Telegram (${code})`, unsent };
  return { words: 'Telegram does not answer, or not in its own words', unsent };
}
