import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** All bytes of the relay's store, as it lies on the disk. */
export function storeText(state: string): string {
  return readdirSync(state)
    .filter((name) => name.startsWith('queue.db'))
    .map((name) => readFileSync(join(state, name), 'latin1'))
    .join('');
}
