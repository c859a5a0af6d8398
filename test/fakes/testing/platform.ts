/** What the fake platforms of `clawden/testing` have in common. */

export interface Where {
  /** Default 127.0.0.1; 0.0.0.0 for clients in containers. */
  readonly host?: string;
  /** Default: a free one. */
  readonly port?: number;
  /** Serves https and wss instead, for clients that speak nothing else to a host that is not their own. PEM. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

export interface Listening {
  readonly port: number;
  /** Seen from this machine. */
  readonly url: string;
  close(): Promise<void>;
}

/** A file that a person sends. */
export interface FileInput {
  readonly name: string;
  /** Media type. */
  readonly type?: string;
  /** Over HTTP: base64. */
  readonly data?: Uint8Array | string;
  /** Bytes that the platform tells of, where that is another number than those of `data`. */
  readonly size?: number;
}

/** A file that a bot posted. */
export interface PostedFile {
  readonly name: string;
  readonly type: string;
  readonly size: number;
  /** Over HTTP: base64. */
  readonly data: Uint8Array;
}

/** A message that a bot posted, as its readers see it now. */
export interface Posted {
  readonly id: string;
  readonly channel: string;
  /** Of the bot that wrote it. */
  readonly token: string;
  /** Of the person in a direct chat. */
  readonly user?: string;
  /** The message that it answers or whose thread it stands in. */
  readonly thread?: string;
  readonly files: readonly PostedFile[];
  text: string;
  deleted: boolean;
}

export interface Wanted {
  readonly channel?: string;
  readonly token?: string;
  readonly user?: string;
  /** Part of its text, edits included; without it any. */
  readonly text?: string;
  /** Default 10,000. */
  readonly timeoutMs?: number;
}

export interface PostedMessages {
  /** In order, without the deleted ones. */
  list(wanted?: Wanted): Posted[];
  /** The next such message that no earlier call has returned. Throws when none comes in time. */
  next(wanted?: Wanted): Promise<Posted>;
}

/** What a test orders: the next calls of a method go wrong. */
export interface Failure {
  /** As the platform names it: `auth.test`, `GET /users/@me`; a `*` in it stands for anything. */
  readonly method: string;
  readonly status?: number;
  /** The platform's own word for it. */
  readonly error?: string;
  /** The platform's own number for it, where it has such numbers. */
  readonly code?: number;
  /** Seconds, with status 429. */
  readonly retryAfter?: number;
  /** With status 429: all calls are limited, not this one only. */
  readonly global?: boolean;
  /** Never answer: the client has to give up by itself. */
  readonly hang?: boolean;
  /** The call is carried out, and the connection breaks instead of its answer. */
  readonly lost?: boolean;
  /** How many calls; `always` until cleared. Default 1. */
  readonly times?: number | 'always';
}

export interface FailureOrders {
  add(failure: Failure): void;
  clear(): void;
}

/** Connections of one bot: above 1 at once, two programs may both have heard a message. */
export interface ConnectionCount {
  readonly open: number;
  /** The most that were ever open at once. */
  readonly max: number;
}
