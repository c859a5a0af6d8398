/** A channel as its instance tells of it at /clawden/v1/channels. Null is "not known"; times are ISO 8601. */
export interface Told {
  readonly name: string;
  readonly type: string | null;
  /** How it is served once somebody may talk on it: `native` or `relayed`. */
  readonly serves: string | null;
  /** As people know it at the platform: `@my_bot`. */
  readonly account: string | null;
  readonly claim: Claim | null;
  /** Until then no code is right: it was guessed at too often. */
  readonly lockedUntil: string | null;
  readonly owner: { readonly id: string; readonly name: string | null } | null;
  /** Who was allowed beside the owner, since it was started. */
  readonly allowed: readonly string[] | null;
  /** Who stands in `allow_from`. */
  readonly fromFile: readonly string[] | null;
  readonly connectedSince: string | null;
  readonly lastIn: string | null;
  readonly lastOut: string | null;
  readonly lastError: { readonly at: string | null; readonly text: string } | null;
  /** Messages that wait for an answer. */
  readonly waiting: number | null;
}

/** What makes the first who brings it the owner. */
export interface Claim {
  /** As people copy it: `7KQ-M2X-9RT`. */
  readonly code: string;
  /** Opens the chat with the code in it, where the platform has such links. */
  readonly link: string | null;
  readonly expires: string | null;
}

/** Of a channel whose instance was not asked. */
export const nothingTold: Told = {
  ...{ name: '', type: null, serves: null, account: null, claim: null, lockedUntil: null },
  ...{ owner: null, allowed: null, fromFile: null, waiting: null },
  ...{ connectedSince: null, lastIn: null, lastOut: null, lastError: null },
};

/** Reads the body; an image of another version may lack any field. Undefined: it has no such list. */
export function readTold(body: Readonly<Record<string, unknown>> | undefined): readonly Told[] | undefined {
  const list = body?.channels;
  if (!Array.isArray(list)) return undefined;
  return list.flatMap((entry): readonly Told[] => {
    const { name, type, serves, account, claim, locked, owner, allowed, fromFile, traffic } = fieldsOf(entry);
    if (typeof name !== 'string') return [];
    const { connectedSince, lastIn, lastOut, lastError, waiting } = fieldsOf(traffic);
    return [
      {
        name,
        type: textOf(type),
        serves: textOf(serves),
        account: textOf(account),
        claim: claimOf(fieldsOf(claim)),
        lockedUntil: timeOf(locked),
        owner: ownerOf(fieldsOf(owner)),
        allowed: idsOf(allowed),
        fromFile: idsOf(fromFile),
        connectedSince: timeOf(connectedSince),
        lastIn: timeOf(lastIn),
        lastOut: timeOf(lastOut),
        lastError: errorOf(fieldsOf(lastError)),
        waiting: typeof waiting === 'number' ? waiting : null,
      },
    ];
  });
}

type Fields = Readonly<Record<string, unknown>>;

function claimOf({ code, link, expires }: Fields): Claim | null {
  if (typeof code !== 'string') return null;
  return { code, link: textOf(link), expires: timeOf(expires) };
}

function ownerOf({ id, name }: Fields): Told['owner'] {
  return typeof id === 'string' ? { id, name: textOf(name) } : null;
}

function idsOf(list: unknown): readonly string[] | null {
  return Array.isArray(list) ? list.flatMap(idOf) : null;
}

function idOf(entry: unknown): readonly string[] {
  const id = typeof entry === 'string' ? entry : fieldsOf(entry).id;
  return typeof id === 'string' ? [id] : [];
}

function errorOf({ at, text }: Fields): Told['lastError'] {
  return typeof text === 'string' ? { at: timeOf(at), text } : null;
}

/** Milliseconds since 1970, or a time as it is written. */
function timeOf(value: unknown): string | null {
  if (typeof value !== 'number' && typeof value !== 'string') return null;
  const date = new Date(value);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}
