import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { loadNative } from '../../supervisor/process/native.ts';
import { listedChildren } from '../../supervisor/process/proc.ts';

/** Gives up root, then asks a child of the same user to read our environment, before and after. */
const UID = 12345;

const native = loadNative();
process.setgroups?.([]);
process.setgid?.(UID);
process.setuid?.(UID);
makeDumpable(); // the change of user took it away; a program started by that user would have it

const before = readByOther();
native.setUndumpable();
const after = readByOther();
if (listedChildren() === null) throw new Error('the reaper has lost sight of its children');
process.stdout.write(`${before} ${after}\n`);

function readByOther(): string {
  return spawnSync('cat', [`/proc/${process.pid}/environ`], { cwd: '/' }).status === 0
    ? 'readable'
    : 'hidden';
}

function makeDumpable(): void {
  const koffi = createRequire(__filename)('koffi');
  koffi.load(null).func('int prctl(int, unsigned long, unsigned long, unsigned long, unsigned long)')(
    4,
    1,
    0,
    0,
    0,
  );
}
