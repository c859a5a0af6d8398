import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

/** Who may talk on one channel beside those that the file lists. Times are ISO 8601. */
export interface ChannelRecord {
  /** Who brought the code. `name` is for people: anybody can choose it. */
  readonly owner?: { readonly id: string; readonly name: string; readonly at: string };
  readonly allowed: readonly { readonly id: string; readonly by: string; readonly at: string }[];
}

/** A channel as far as a record is bound to it. */
export interface Account {
  readonly name: string;
  readonly type: string;
  readonly secrets: { readonly [field: string]: string };
}

export const nobody: ChannelRecord = { allowed: [] };

/**
 * Whether a record of this channel can be signed: with its secrets, which its agent does not have, or has only by a way that
 * docs/security.md names.
 */
export function canKeep({ secrets }: Account): boolean {
  return Object.values(secrets).some((secret) => secret !== '');
}

/** The record as it is written, with its signature. */
export function sealed(account: Account, record: ChannelRecord): object {
  return { type: account.type, ...plain(record), mac: signature(account, record) };
}

/**
 * The record in what was read; undefined where it is not one, or not signed with this account's secrets: somebody else
 * wrote it, it is another channel's, or the token is a new one.
 */
export function unsealed(account: Account, read: unknown): ChannelRecord | undefined {
  const { owner, allowed, mac } = Object(read) as Readonly<Record<string, unknown>>;
  if (!canKeep(account) || typeof mac !== 'string' || !Array.isArray(allowed)) return undefined;
  const record = plain({ allowed, ...(owner === undefined ? {} : { owner }) } as unknown as ChannelRecord);
  const given = Buffer.from(mac);
  const right = Buffer.from(signature(account, record));
  return given.length === right.length && timingSafeEqual(given, right) ? record : undefined;
}

/** Every key in its place and none else, so that the same record has the same bytes. */
function plain({ owner, allowed }: ChannelRecord): ChannelRecord {
  return {
    ...(owner ? { owner: { id: owner.id, name: owner.name, at: owner.at } } : {}),
    allowed: allowed.map((one) => ({ id: one?.id, by: one?.by, at: one?.at })),
  };
}

function signature(account: Account, record: ChannelRecord): string {
  const text = JSON.stringify([account.name, account.type, plain(record)]);
  return createHmac('sha256', keyOf(account)).update(text).digest('hex');
}

/** RFC 5869. The context keeps this use of the token apart from every other. */
function keyOf({ name, type, secrets }: Account): Buffer {
  const material = JSON.stringify(Object.entries(secrets).sort(([one], [other]) => (one < other ? -1 : 1)));
  const context = `clawden channel access 1 ${type} ${name}`;
  return Buffer.from(hkdfSync('sha256', material, '', context, 32));
}
