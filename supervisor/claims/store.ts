import { lstatSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { writeAtomically } from '../render/files.ts';
import { type Account, type ChannelRecord, nobody, sealed, unsealed } from './record.ts';

export interface StorePlace {
  readonly path: string;
  /** The volume that it lies in. */
  readonly root: string;
  readonly warn: (message: string, fields: Readonly<Record<string, string>>) => void;
}

export interface ClaimStore {
  readonly of: (name: string) => ChannelRecord;
  /** Written down when it returns; throws, and changes nothing, when the disk refuses. */
  readonly set: (name: string, record: ChannelRecord) => void;
  /** Writes again what it holds, over whatever the file has become. Throws when the disk refuses. */
  readonly write: () => void;
}

/** A list of a thousand people takes a tenth of it. */
const largest = 1024 * 1024;

/**
 * The owners of all channels, read once: from then on the memory of PID 1 counts, and what an agent does to the file has
 * no effect before the next start.
 */
export function openStore(accounts: readonly Account[], place: StorePlace): ClaimStore {
  const read = readEntries(place);
  const records = new Map<string, ChannelRecord>();
  for (const account of accounts) {
    const entry = read.get(account.name);
    if (entry === undefined) continue;
    const record = unsealed(account, entry);
    if (record) records.set(account.name, record);
    else
      place.warn(
        'the record of who owns a channel is not signed with its token and is ignored: the token is new, or somebody wrote it',
        { channel: account.name, file: place.path },
      );
  }
  const known = new Map(accounts.map((account) => [account.name, account]));

  function write(next: ReadonlyMap<string, ChannelRecord>): void {
    // Those of channels that are not configured now are kept as they are.
    const others = [...read].filter(([name]) => !known.has(name));
    const own = [...next].flatMap(([name, record]) => {
      const account = known.get(name);
      return account ? [[name, sealed(account, record)] as const] : [];
    });
    if (others.length + own.length === 0 && !lstatSync(place.path, { throwIfNoEntry: false })) return;
    const document = { version: 1, channels: Object.fromEntries([...others, ...own]) };
    const text = `${JSON.stringify(document, null, 2)}\n`;
    // The next start would take it for no file of ours, and nobody would own anything.
    if (Buffer.byteLength(text) > largest) throw new Error('the list of people would be larger than 1 MiB');
    writeAtomically(place.path, text, 0o600, place.root);
  }

  return {
    of: (name) => records.get(name) ?? nobody,
    set: (name, record) => {
      write(new Map(records).set(name, record));
      records.set(name, record);
    },
    write: () => write(records),
  };
}

function readEntries({ path, warn }: StorePlace): ReadonlyMap<string, unknown> {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found) return new Map();
  try {
    // A pipe would never end, and a link leads to somebody else's file.
    if (!found.isFile() || found.size > largest) throw new Error('it is not a file of ours');
    const { version, channels } = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
    if (version !== 1 || typeof channels !== 'object' || channels === null)
      throw new Error('it is not what we write');
    return new Map(Object.entries(channels));
  } catch (error) {
    const aside = `${path}.unreadable`;
    setAside(path, aside);
    const reason = error instanceof SyntaxError ? 'it is no JSON' : (error as Error).message;
    warn('who owns the channels cannot be read: all are unclaimed, the file is kept aside', {
      file: aside,
      reason,
    });
    return new Map();
  }
}

function setAside(path: string, aside: string): void {
  try {
    rmSync(aside, { recursive: true, force: true });
    renameSync(path, aside);
  } catch {
    // A volume that cannot be written is refused with its own words; this file counts for nothing either way.
  }
}
