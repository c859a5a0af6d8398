import { DiscordAPIError, HTTPError, RateLimitError, REST } from '@discordjs/rest';
import { createPlatformTime } from '../platform-time.ts';
import { codeOf, nothingSent } from '../silence.ts';

/** Milliseconds; longer waits for a rate limit are the relay's. */
const LONGEST_WAIT = 5_000;
const TIME = 15_000;
/** For 10 MB on a slow line. */
const FILE_TIME = 120_000;

export interface Rest {
  /** The answer's body. Throws `Trouble`. */
  readonly ask: (method: Method, path: Path, more?: More) => Promise<unknown>;
  /** By Discord's clock, in milliseconds since 1970. */
  readonly now: () => number;
}

type Method = 'GET' | 'POST';
type Path = `/${string}`;
interface More {
  readonly body?: unknown;
  readonly query?: Readonly<Record<string, string>>;
  readonly files?: { name: string; data: Buffer; contentType: string }[];
  readonly signal?: AbortSignal;
}

/** Why a call failed. `message` is for the log. */
export class Trouble extends Error {
  /** Of HTTP; undefined: no answer came. */
  readonly status: number | undefined;
  /** Discord's own: https://docs.discord.com/developers/topics/opcodes-and-status-codes#json */
  readonly code: number | undefined;
  /** Milliseconds. */
  readonly retryAfter: number | undefined;
  /** It may have been carried out. */
  readonly uncertain: boolean;

  constructor(message: string, told: Partial<Pick<Trouble, 'status' | 'code' | 'retryAfter' | 'uncertain'>>) {
    super(message);
    this.status = told.status;
    this.code = told.code;
    this.retryAfter = told.retryAfter;
    this.uncertain = told.uncertain ?? false;
  }
}

/** Discord's REST API with its rate limits kept, which is what the library is for. */
export function openRest(root: string, token: string): Rest {
  const time = createPlatformTime();
  const options = {
    api: root,
    retries: 0,
    offset: 50,
    rejectOnRateLimit: ({ retryAfter }: { retryAfter: number }) => retryAfter > LONGEST_WAIT,
    // The platform's own fetch knows the proxy and the authorities that the relay set for this process.
    makeRequest: (url: string, init: object) => time.fetch(url, init),
  };
  const make = (timeout: number): REST =>
    new REST({ ...options, timeout } as unknown as ConstructorParameters<typeof REST>[0]);
  // Two, since a time limit is of a whole client.
  const [usual, forFiles] = [make(TIME), make(FILE_TIME)];
  return {
    now: time.now,
    ask: async (method, path, { body, query, files, signal } = {}) => {
      const rest = files ? forFiles : usual;
      // It forgets the token after a single 401.
      rest.setToken(token);
      try {
        return await rest.request({
          method: method as never,
          fullRoute: path,
          versioned: false,
          ...(body === undefined ? {} : { body }),
          ...(query ? { query: new URLSearchParams(query) } : {}),
          ...(files ? { files } : {}),
          ...(signal ? { signal } : {}),
        });
      } catch (error) {
        throw toTrouble(error);
      }
    },
  };
}

function toTrouble(error: unknown): Trouble {
  if (error instanceof RateLimitError) {
    const retryAfter = Math.max(error.retryAfter, error.sublimitTimeout);
    return new Trouble('Discord limits the rate', { status: 429, retryAfter });
  }
  if (error instanceof DiscordAPIError) {
    const { status } = error;
    const code = Number(error.code);
    // The first line is Discord's; further ones may repeat what was sent.
    return new Trouble(
      `Discord answers ${status}: ${error.message.split('\n')[0]?.slice(0, 100)} (${code})`,
      {
        status,
        code,
      },
    );
  }
  if (error instanceof HTTPError)
    return new Trouble(`Discord answers ${error.status}`, { status: error.status, uncertain: true });
  const name = Object(error).name;
  if (name === 'AbortError' || name === 'TimeoutError')
    return new Trouble('Discord does not answer in time', { uncertain: true });
  const code = codeOf(error);
  const words = code === undefined ? 'no sensible answer of Discord' : `no connection to Discord (${code})`;
  return new Trouble(words, { uncertain: !nothingSent(error) });
}
