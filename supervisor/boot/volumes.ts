import { closeSync, mkdirSync, openSync, rmSync, statfsSync, statSync, writeSync } from 'node:fs';
import { type Problem, problem } from '../errors/problem.ts';

export interface VolumeNeed {
  readonly path: string;
  /** Free bytes without which a start would fail half-way. */
  readonly free: number;
  /** A volume of the user's, or scratch space that belongs on tmpfs. */
  readonly kind: 'volume' | 'scratch';
}

const MiB = 1024 * 1024;

export const volumeNeeds: readonly VolumeNeed[] = [
  { path: '/home/clawden/state', free: 32 * MiB, kind: 'volume' },
  { path: '/home/clawden/workspace', free: MiB, kind: 'volume' },
  { path: '/run/clawden', free: MiB, kind: 'scratch' },
  { path: '/tmp', free: 8 * MiB, kind: 'scratch' },
];

export interface Identity {
  readonly uid: number;
  readonly gid: number;
}

/** Every volume problem at once. Writes and removes one small file in each place: only a write tells the truth. */
export function checkVolumes(needs: readonly VolumeNeed[], identity: Identity): Problem[] {
  return needs.flatMap((need) => checkVolume(need, identity));
}

function checkVolume(need: VolumeNeed, identity: Identity): Problem[] {
  const trial = `${need.path}/.clawden-write-test-${process.pid}`;
  try {
    mkdirSync(need.path, { recursive: true });
    const handle = openSync(trial, 'wx', 0o600);
    try {
      writeSync(handle, 'x'.repeat(4096));
    } finally {
      closeSync(handle);
      rmSync(trial, { force: true });
    }
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'unknown';
    if (reason === 'ENOSPC' || reason === 'EDQUOT') return [full(need, 0)];
    return [
      problem('volume-not-writable', {
        path: need.path,
        uid: identity.uid,
        gid: identity.gid,
        reason,
        fix: fixFor(need, identity, reason),
      }),
    ];
  }
  const { bavail, bsize } = statfsSync(need.path);
  const free = bavail * bsize;
  return free < need.free ? [full(need, free)] : [];
}

function full(need: VolumeNeed, free: number): Problem {
  return problem('volume-full', {
    path: need.path,
    free: Math.floor(free / MiB),
    needed: Math.ceil(need.free / MiB),
  });
}

function fixFor(need: VolumeNeed, { uid, gid }: Identity, reason: string): string {
  if (need.kind === 'scratch') return `docker run --tmpfs ${need.path}:mode=1777 …`;
  if (reason === 'EROFS') return `mount ${need.path} without :ro`;
  const chown = `docker run --rm --user 0 --entrypoint chown -v VOLUME:/volume IMAGE -R ${uid}:${gid} /volume`;
  const owner = statSync(need.path, { throwIfNoEntry: false });
  if (!owner || owner.uid === 0) return `${chown}   (VOLUME is what you mounted at ${need.path})`;
  return `docker run --user ${owner.uid}:${owner.gid} …, or: ${chown}`;
}
