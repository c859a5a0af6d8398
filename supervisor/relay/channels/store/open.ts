import {
  chmodSync,
  closeSync,
  lstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  type Stats,
} from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { Log } from '../../log.ts';
import { migrate, TooNew } from './schema.ts';

/** The state volume holds something in the store's place that is not ours to open. */
export class StoreRefused extends Error {}

const FILE = 'queue.db';
/** SQLITE_CORRUPT and SQLITE_NOTADB. */
const damaged: ReadonlySet<number> = new Set([11, 26]);

/**
 * The database of a relay, in a folder of its own. A file that cannot be read is set aside, once and loudly, and an empty
 * one takes its place: messages that wait are worth less than a relay that works. Throws `StoreRefused`, and the errors
 * of SQLite and the file system.
 */
export function openDatabase(folder: string, log: Log): DatabaseSync {
  prepareFolder(folder);
  const path = join(folder, FILE);
  for (const name of [FILE, `${FILE}-wal`, `${FILE}-journal`]) refuseForeign(join(folder, name));
  try {
    return open(path);
  } catch (error) {
    const reason = unusable(error);
    if (!reason) throw error;
    setAside(path, reason, log);
    return open(path);
  }
}

/** Renames a file that is of no use any more. One such file is kept. */
export function setAside(path: string, reason: string, log: Log): void {
  const aside = `${path}.set-aside`;
  renameSync(path, aside);
  // Without its write-ahead log it would be another database than it was.
  for (const tail of ['-wal', '-journal']) {
    rmSync(`${aside}${tail}`, { force: true });
    if (exists(`${path}${tail}`)) renameSync(`${path}${tail}`, `${aside}${tail}`);
  }
  log('error', 'the store of messages cannot be used and is set aside; what waited in it is not answered', {
    reason,
    file: aside,
    fix: 'nothing has to be done; if it happens again, look at the disk below the state volume',
  });
}

function prepareFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const found = lstatSync(folder);
  if (!found.isDirectory() || !ours(found)) throw new StoreRefused(`${folder} is no folder of ours`);
  chmodSync(folder, 0o700);
}

/** A link could lead out of the state volume, and a file of somebody else can be read by them. */
function refuseForeign(path: string): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found) return;
  if (found.isFile() && found.nlink === 1 && ours(found)) return;
  throw new StoreRefused(`${path} is no plain file of ours: remove it, it was put there by somebody else`);
}

function ours({ uid }: Stats): boolean {
  return uid === process.geteuid?.();
}

function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function open(path: string): DatabaseSync {
  // SQLite would make it readable for others.
  if (!exists(path)) closeSync(openSync(path, 'wx', 0o600));
  // Loaded here, so that a relay without channels never does.
  const sqlite = process.getBuiltinModule('node:sqlite');
  const database = new sqlite.DatabaseSync(path, { timeout: 200 });
  try {
    // Exclusive first: there is then no file of shared memory that somebody could cut under us, and no second writer.
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
    // FAST would leave what is longer than a page.
    database.exec(
      'PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 0; PRAGMA secure_delete = ON',
    );
    const verdict = database.prepare('PRAGMA quick_check(1)').get();
    if (verdict?.['quick_check'] !== 'ok') throw new Damaged(String(verdict?.['quick_check']));
    migrate(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

class Damaged extends Error {}

/** Why a file can never be used again; undefined where that may change. */
function unusable(error: unknown): string | undefined {
  if (error instanceof Damaged || error instanceof TooNew) return error.message;
  return isDamage(error) ? String(Object(error).message) : undefined;
}

export function isDamage(error: unknown): boolean {
  const code: unknown = Object(error).errcode;
  // The low byte; the rest tells variants apart.
  return typeof code === 'number' && damaged.has(code & 0xff);
}
