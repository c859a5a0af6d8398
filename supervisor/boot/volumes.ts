import { randomBytes } from 'node:crypto';
import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statfsSync,
  statSync,
  writeSync,
} from 'node:fs';
import { type Problem, problem } from '../errors/problem.ts';

export interface VolumeNeed {
  readonly path: string;
  /** Free bytes without which a start would fail half-way. */
  readonly free: number;
  /** A volume of the user's, or scratch space that belongs on tmpfs. */
  readonly kind: 'volume' | 'scratch';
  /** It was so at the start of the container: then no line of `docker run` is to blame. */
  readonly wasWritable?: boolean;
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
  /** All groups, that one included. */
  readonly groups: readonly number[];
}

/** Every volume problem at once. Writes and removes one small file in each place: only a write tells the truth. */
export function checkVolumes(needs: readonly VolumeNeed[], identity: Identity): Problem[] {
  return needs.flatMap((need) => checkVolume(need, identity));
}

function checkVolume(need: VolumeNeed, identity: Identity): Problem[] {
  // A name that nobody can have put there before: any file of the same name would refuse the start.
  const trial = `${need.path}/.clawden-write-test-${randomBytes(6).toString('hex')}`;
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
    needed: Math.max(1, Math.ceil(need.free / MiB)),
    fix: roomFor(need),
  });
}

function roomFor({ path, kind }: VolumeNeed): string {
  if (kind === 'scratch') return `docker run --tmpfs ${path}:mode=1777,size=64m …`;
  const name = volumeName(readFileSync('/proc/self/mountinfo', 'utf8'), path);
  const look = `docker run --rm --user 0 --entrypoint du -v ${name ?? 'VOLUME'}:/volume IMAGE -xah --threshold=1M /volume`;
  const line = name ? look : `${look}   (VOLUME is what you mounted at ${path})`;
  return `free space on the volume at ${path}; what takes it: ${line}`;
}

function fixFor(need: VolumeNeed, { uid, gid }: Identity, reason: string): string {
  if (need.wasWritable) {
    return 'it was writable when the container started: look for errors of its disk on the host (dmesg), then start the container again';
  }
  if (need.kind === 'scratch') return `docker run --tmpfs ${need.path}:mode=1777 …`;
  if (reason === 'EROFS') return `mount ${need.path} without :ro`;
  const name = volumeName(readFileSync('/proc/self/mountinfo', 'utf8'), need.path);
  const chown = `docker run --rm --user 0 --entrypoint chown -v ${name ?? 'VOLUME'}:/volume IMAGE -R ${uid}:${gid} /volume`;
  const line = name ? chown : `${chown}   (VOLUME is what you mounted at ${need.path})`;
  const owner = statSync(need.path, { throwIfNoEntry: false });
  // A folder of the host that is shared by its group, or was meant to be: its owner keeps it.
  if (owner && !name && owner.gid === gid && owner.uid !== uid) {
    return `chmod g+rwxs FOLDER   (FOLDER is what you mounted at ${need.path})`;
  }
  if (!owner || owner.uid === 0) return line;
  return `docker run --user ${owner.uid}:${owner.gid} …, or: ${line}`;
}

/**
 * The engine's name of the volume mounted at `path`, told by where engines keep volumes on the host (man 5
 * proc_pid_mountinfo). Undefined for a folder of the host: only its path within its file system is to be seen.
 */
export function volumeName(mountinfo: string, path: string): string | undefined {
  const mount = mountinfo
    .split('\n')
    .map((line) => line.split(' '))
    .findLast((fields) => fields[4] === path);
  return /\/volumes\/([\w.-]+)\/_data$/.exec(mount?.[3] ?? '')?.[1];
}
