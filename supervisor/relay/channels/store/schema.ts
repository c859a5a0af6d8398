import type { DatabaseSync } from 'node:sqlite';

/** Written by a newer release than this one. */
export class TooNew extends Error {}

/**
 * One step per version; a step that was released is never edited. `message` and `part` are JSON: nothing is looked for
 * in them.
 *
 * incoming: `seen` is a hash of account and platform id; a row that is over is the memory of having seen it.
 * outgoing: state 1 is asked for before the platform is: such a part may be there.
 */
const steps: readonly string[] = [
  `CREATE TABLE incoming (
     seq INTEGER PRIMARY KEY AUTOINCREMENT,
     seen BLOB NOT NULL UNIQUE,
     channel TEXT NOT NULL,
     conversation TEXT NOT NULL,
     state INTEGER NOT NULL,
     tries INTEGER NOT NULL DEFAULT 0,
     bytes INTEGER NOT NULL,
     message TEXT
   );
   CREATE INDEX incoming_open ON incoming (conversation) WHERE state = 0;
   CREATE INDEX incoming_over ON incoming (channel, seq) WHERE state = 1;
   CREATE TABLE outgoing (
     seq INTEGER PRIMARY KEY AUTOINCREMENT,
     channel TEXT NOT NULL,
     conversation TEXT NOT NULL,
     state INTEGER NOT NULL DEFAULT 0,
     droppable INTEGER NOT NULL,
     part TEXT NOT NULL
   );
   CREATE TABLE epochs (conversation TEXT PRIMARY KEY, epoch INTEGER NOT NULL) WITHOUT ROWID;
   CREATE TABLE notes (account TEXT PRIMARY KEY, note TEXT NOT NULL) WITHOUT ROWID;
   CREATE TABLE times (channel TEXT PRIMARY KEY, times TEXT NOT NULL) WITHOUT ROWID;`,
];

/** Brings a database to the version of this release, each step whole or not at all. Throws `TooNew`. */
export function migrate(database: DatabaseSync): void {
  const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
  if (version > steps.length)
    throw new TooNew(`it is of version ${version}, and this release knows ${steps.length}`);
  for (const [index, step] of steps.entries()) {
    if (index < version) continue;
    database.exec(`BEGIN; ${step} PRAGMA user_version = ${index + 1}; COMMIT`);
  }
}
