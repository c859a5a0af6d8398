import { join } from 'node:path';
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { Log } from '../../log.ts';
import { isDamage, openDatabase, setAside } from './open.ts';

/** It could not be written down or read; it may go the next time. */
export class StoreFailed extends Error {}

export type Row = Readonly<Record<string, unknown>>;

/** SQL on one file. Every call throws `StoreFailed`. */
export interface Database {
  /** Rows that changed, and the last row id. */
  readonly run: (sql: string, ...values: readonly SQLInputValue[]) => { changes: number; row: number };
  readonly get: (sql: string, ...values: readonly SQLInputValue[]) => Row | undefined;
  readonly all: (sql: string, ...values: readonly SQLInputValue[]) => readonly Row[];
  /** All of it or nothing. */
  readonly together: <T>(work: () => T) => T;
  readonly close: () => void;
}

/** Opens at the first use, again after a failure, and with an empty file after damage. */
export function createDatabase(folder: string, log: Log): Database {
  let opened: DatabaseSync | undefined;
  let statements = new Map<string, StatementSync>();
  /** Last row ids: a file that takes the place of a damaged one must not give them out again. */
  const rows = new Map<string, number>();

  const open = (): DatabaseSync => {
    if (opened) return opened;
    statements = new Map();
    const made = openDatabase(folder, log);
    try {
      for (const [table, row] of rows) {
        made.prepare('DELETE FROM sqlite_sequence WHERE name = ?').run(table);
        made.prepare('INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)').run(table, row);
      }
    } catch (error) {
      made.close();
      throw error;
    }
    opened = made;
    return opened;
  };
  const prepare = (sql: string): StatementSync => {
    const database = open();
    const statement = statements.get(sql) ?? database.prepare(sql);
    statements.set(sql, statement);
    return statement;
  };
  const attempt = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      if (error instanceof StoreFailed) throw error;
      const failed = new StoreFailed(error instanceof Error ? error.message : String(error));
      if (isDamage(error)) {
        try {
          replace(failed.message);
        } catch {
          // It cannot be set aside either, and is opened again the next time.
        }
      }
      throw failed;
    }
  };
  const replace = (reason: string): void => {
    try {
      for (const row of opened?.prepare('SELECT name, seq FROM sqlite_sequence').all() ?? []) {
        rows.set(String(row['name']), Number(row['seq']));
      }
    } catch {
      // What cannot be read is not used again either.
    }
    const damaged = opened;
    opened = undefined;
    damaged?.close();
    setAside(join(folder, 'queue.db'), reason, log);
  };

  return {
    run: (sql, ...values) =>
      attempt(() => {
        const { changes, lastInsertRowid } = prepare(sql).run(...values);
        return { changes: Number(changes), row: Number(lastInsertRowid) };
      }),
    get: (sql, ...values) => attempt(() => prepare(sql).get(...values)),
    all: (sql, ...values) => attempt(() => prepare(sql).all(...values)),
    together: (work) =>
      attempt(() => {
        prepare('BEGIN').run();
        try {
          const result = work();
          prepare('COMMIT').run();
          return result;
        } catch (error) {
          // A full disk has rolled it back already; after damage there is another file.
          if (opened?.isTransaction) prepare('ROLLBACK').run();
          throw error;
        }
      }),
    close: () => {
      opened?.close();
      opened = undefined;
    },
  };
}
