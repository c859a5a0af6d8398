import type { Listening, Where } from '../fakes/platform/listen.ts';

/** People of every platform, told apart by their ids only. The second account's friend is a stranger to the first. */
export type Person = 'friend' | 'other' | 'stranger';

export const accounts = ['first', 'second'] as const;
export type Account = (typeof accounts)[number];

/** Keys below a channel in clawden.yaml. */
export type Fields = Readonly<Record<string, string>>;

/** One channel type as the suite plays it. */
export interface Platform {
  readonly type: string;
  /** Values that must be found nowhere, by the key that they are written under. */
  readonly secrets: Readonly<Record<Account, Fields>>;
  /** Secrets that the platform refuses, in the place of the second account's; absent: nobody is asked. */
  readonly wrong?: Fields;
  readonly people: Readonly<Record<Person, string>>;
  /** Where clients find it that take no other base. */
  readonly publicHosts: readonly string[];
  /** Keys that leave it the first room, and no other, for types that have such a thing. */
  readonly house?: Fields;
  /** It is spoken to over TLS only. */
  readonly tls?: true;
  readonly start: (where: Where) => Promise<Playing>;
}

export interface Playing extends Listening {
  /** Base of the API, seen from this machine. */
  readonly api: string;
  /** The container takes the account's messages at this address, seen from this machine. */
  readonly meet?: (hookOf: (account: Account) => string) => void;
  /** Ids of two rooms where others read too, if there are such; `house` of the platform leaves the first. */
  readonly rooms: readonly [string, string];
  readonly isConnected: (account: Account) => boolean;
  readonly write: (message: Message) => void;
  /** What the account has written, in order, as its readers see it now. */
  readonly said: (account: Account) => readonly Said[];
}

export interface Message {
  readonly to: Account;
  readonly from: Person;
  readonly text: string;
  /** Where others read too; without it the direct chat. */
  readonly room?: string;
  /** Of the bot that it is to. */
  readonly mention?: boolean;
  readonly photo?: Buffer;
}

export interface Said {
  /** Of a room, or of the direct chat with somebody. */
  readonly where: string;
  readonly text: string;
  /** The text with its markup, as it was sent. */
  readonly written: string;
}
