import {
  type Logger,
  LogLevel,
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
  WebClient,
  type WebClientOptions,
} from '@slack/web-api';
import { createPlatformTime } from '../platform-time.ts';
import { codeOf, nothingSent } from '../silence.ts';

export interface Web {
  /** The answer's body. Throws `Trouble`. */
  readonly call: (method: string, args: Fields, signal?: AbortSignal) => Promise<Fields>;
  /** By Slack's clock, in milliseconds since 1970. */
  readonly now: () => number;
}

export type Fields = Readonly<Record<string, unknown>>;

const TIME = 15_000;

/** Why a call failed. `message` is for the log. */
export class Trouble extends Error {
  /** Slack's own word, where it refused. */
  readonly word: string | undefined;
  /** Milliseconds. */
  readonly retryAfter: number | undefined;
  /** It may have been carried out. */
  readonly uncertain: boolean;

  constructor(message: string, told: Partial<Pick<Trouble, 'word' | 'retryAfter' | 'uncertain'>> = {}) {
    super(message);
    this.word = told.word;
    this.retryAfter = told.retryAfter;
    this.uncertain = told.uncertain ?? false;
  }
}

/** The libraries log what they send and get; what matters of it is said by the adapter. */
export const silent: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  setLevel: () => undefined,
  getLevel: () => LogLevel.ERROR,
  setName: () => undefined,
};

/** Tries and waits are the relay's: the library would go on for half an hour by itself. */
export function optionsAt(root: string, hear: typeof fetch = fetch): WebClientOptions {
  return {
    slackApiUrl: `${root}/`,
    logger: silent,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: TIME,
    // The platform's own knows the proxy and the authorities that the relay set for this process.
    fetch: (url, init) => hear(url, init),
  };
}

export function openWeb(root: string, token: string): Web {
  const time = createPlatformTime();
  const client = new WebClient(token, optionsAt(root, time.fetch));
  return {
    now: time.now,
    call: async (method, args, signal) => {
      try {
        return { ...(await orAborted(client.apiCall(method, { ...args }), signal)) };
      } catch (error) {
        throw toTrouble(error);
      }
    },
  };
}

/** The library's calls cannot be ended; one that nobody waits for any more ends by its time limit. */
async function orAborted<T>(call: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return call;
  const { promise, reject } = Promise.withResolvers<never>();
  const end = (): void => reject(new Trouble('given up', { uncertain: true }));
  if (signal.aborted) end();
  signal.addEventListener('abort', end);
  call.catch(() => undefined);
  try {
    return await Promise.race([call, promise]);
  } finally {
    signal.removeEventListener('abort', end);
  }
}

export function toTrouble(error: unknown): Trouble {
  if (error instanceof Trouble) return error;
  if (error instanceof WebAPIPlatformError) return refused(error.data);
  if (error instanceof WebAPIRateLimitedError)
    return new Trouble('Slack limits the rate', { word: 'ratelimited', retryAfter: error.retryAfter * 1000 });
  if (error instanceof WebAPIHTTPError)
    return new Trouble(`Slack answers ${error.statusCode}`, { uncertain: error.statusCode >= 500 });
  const original: unknown = error instanceof WebAPIRequestError ? error.original : error;
  if (Object(original).name === 'TimeoutError')
    return new Trouble('Slack does not answer in time', { uncertain: true });
  const code = codeOf(original);
  const words = code === undefined ? 'no sensible answer of Slack' : `no connection to Slack (${code})`;
  return new Trouble(words, { uncertain: !nothingSent(original) });
}

/** Slack refuses with status 200 and a word; a page of something in between comes as a "word" as well. */
function refused(data: object): Trouble {
  const { error, needed } = data as { error?: unknown; needed?: unknown };
  const word = typeof error === 'string' && /^\w{1,60}$/.test(error) ? error : undefined;
  if (word === undefined) return new Trouble('no sensible answer of Slack', { uncertain: true });
  const scope = typeof needed === 'string' ? `; it needs the scope ${needed.slice(0, 100)}` : '';
  return new Trouble(`Slack answers ${word}${scope}`, { word });
}
