/** The part of the contract that the relay uses: messages in, replies out. */
import type { Endpoint } from './contract-render.ts';

/** Where messages go. Exported as `messages` by `runtimes/<name>/messages.ts`; only the relay loads it. */
export interface MessageApi {
  /** It passes images on to the model; absent: they are dropped before, and named in the text instead. */
  readonly images?: true;
  /**
   * Opens what must live as long as the runtime does: an adapter's socket, a listener. `modelRequests` counts what the
   * runtime has asked of its model since the relay's start; absent where nobody counts.
   */
  readonly connect: (endpoint: Endpoint, modelRequests?: () => number) => MessageClient;
}

export interface MessageClient {
  /**
   * One turn: the events of the reply as they come, ended by exactly one `done` or `error`. Aborting the signal
   * ends the turn in the runtime too where the runtime can. Callers keep one turn in flight per session.
   */
  readonly send: (turn: Turn, signal: AbortSignal) => AsyncIterable<TurnEvent>;
  readonly close: () => void;
}

export interface Turn {
  /** Only `[a-z0-9-]`, at most 64 characters: safe for runtimes that lower-case, cut or fold ids. */
  readonly session: string;
  /** With a lasting session one user message; for a fresh one the whole conversation. */
  readonly messages: readonly TurnMessage[];
  /** Platform the message came from, e.g. `telegram`; `api` for `/v1`. */
  readonly origin: string;
}

export interface TurnMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly text: string;
  /** Of a user's message, and only for an API with `images`. */
  readonly images?: readonly TurnImage[];
}

export interface TurnImage {
  /** `image/png`, `image/jpeg`, `image/gif` or `image/webp`. */
  readonly mediaType: string;
  readonly base64: string;
}

export type TurnEvent =
  | { readonly kind: 'delta'; readonly text: string }
  /** A file for the person, where the message API hands files out. */
  | { readonly kind: 'file'; readonly name: string; readonly mediaType: string; readonly data: Buffer }
  | { readonly kind: 'done' }
  | { readonly kind: 'error'; readonly code: TurnErrorCode; readonly message: string };

export type TurnErrorCode =
  | 'provider-auth'
  | 'provider-limit'
  | 'provider-error'
  | 'provider-timeout'
  | 'no-reply'
  | 'runtime-unavailable'
  | 'runtime-refused'
  | 'bad-request'
  | 'turn-timeout';
