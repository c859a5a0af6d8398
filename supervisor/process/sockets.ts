import { closeSync, readFileSync } from 'node:fs';
import type { Foreign, Koffi } from './native.ts';

/** What JavaScript has no way to ask of a Unix socket: who is behind it, and which descriptors come along. */
export interface SocketCalls {
  /** Who connected, listened or made the pair (SO_PEERCRED); null when it is no such socket, or they are gone. */
  peerOf(fd: number): Peer | null;
  /** One message and the descriptors in it, which are ours to close; null when nothing is there yet. */
  receive(fd: number, size: number): Received | null;
  /** Writes without waiting. False when not all of it went out: the reader is slow, or gone. */
  sendAtOnce(fd: number, data: Buffer): boolean;
}

export interface Peer {
  readonly pid: number;
  readonly uid: number;
}

export interface Received {
  /** Empty at the end of the stream. */
  readonly data: Buffer;
  readonly fds: readonly number[];
}

// socket(7), unix(7) and recv(2): the same on x64 and arm64, both little-endian with 8-byte pointers.
const SOL_SOCKET = 1;
const SO_PEERCRED = 17;
const SO_PEERPIDFD = 77;
const SCM_RIGHTS = 1;
const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;
const MSG_CMSG_CLOEXEC = 0x40000000;
const EAGAIN = 11;
const ENOPROTOOPT = 92;
const HEADER = 16;
/** Of one control buffer; the kernel closes what does not fit. */
const MAX_FDS = 4;

export function bindSockets(koffi: Koffi, libc: { func(prototype: string): Foreign }): SocketCalls {
  koffi.struct('clawden_iovec', { base: 'void *', len: 'size_t' });
  koffi.struct('clawden_msghdr', {
    name: 'void *',
    namelen: 'uint32_t',
    iov: 'clawden_iovec *',
    iovlen: 'size_t',
    control: 'void *',
    controllen: 'size_t',
    flags: 'int',
  });
  const getsockopt = libc.func('int getsockopt(int fd, int level, int name, void *value, void *length)');
  const recvmsg = libc.func('long recvmsg(int fd, _Inout_ clawden_msghdr *message, int flags)');
  const send = libc.func('long send(int fd, void *data, size_t length, int flags)');
  /** A number outlives its process and can be another's by now; the kernel since 6.5 knows which one is meant. */
  function lives(fd: number, pid: number): boolean {
    const value = Buffer.alloc(4);
    const length = Buffer.from(Uint32Array.of(value.length).buffer);
    if (getsockopt(fd, SOL_SOCKET, SO_PEERPIDFD, value, length) !== 0) return koffi.errno() === ENOPROTOOPT;
    const pidfd = value.readInt32LE(0);
    try {
      return readFileSync(`/proc/self/fdinfo/${pidfd}`, 'latin1').includes(`\nPid:\t${pid}\n`);
    } finally {
      closeSync(pidfd);
    }
  }

  return {
    peerOf(fd) {
      const value = Buffer.alloc(12);
      const length = Buffer.from(Uint32Array.of(value.length).buffer);
      if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, value, length) !== 0) return null;
      // 0 and -1: a socket of another family has nobody to name.
      const pid = value.readInt32LE(0);
      return pid > 0 && lives(fd, pid) ? { pid, uid: value.readUInt32LE(4) } : null;
    },
    receive(fd, size) {
      const data = Buffer.alloc(size);
      const control = Buffer.alloc(HEADER + 4 * MAX_FDS);
      const message = {
        name: null,
        namelen: 0,
        iov: [{ base: data, len: size }],
        iovlen: 1,
        control,
        controllen: control.length,
        flags: 0,
      };
      const got = recvmsg(fd, message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
      if (got < 0) {
        if (koffi.errno() === EAGAIN) return null;
        return { data: Buffer.alloc(0), fds: [] };
      }
      return { data: data.subarray(0, got), fds: descriptors(control.subarray(0, message.controllen)) };
    },
    sendAtOnce: (fd, data) => send(fd, data, data.length, MSG_DONTWAIT | MSG_NOSIGNAL) === data.length,
  };
}

/** man 3 cmsg: length (8 bytes), level, type, then the descriptors. */
function descriptors(control: Buffer): number[] {
  const found: number[] = [];
  if (control.length < HEADER) return found;
  const end = Math.min(Number(control.readBigUInt64LE(0)), control.length);
  if (control.readInt32LE(8) !== SOL_SOCKET || control.readInt32LE(12) !== SCM_RIGHTS) return found;
  for (let at = HEADER; at + 4 <= end; at += 4) found.push(control.readInt32LE(at));
  return found;
}
