import { chmodSync, closeSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Native } from '../process/native.ts';
import { readStat } from '../process/proc.ts';
import type { Received } from '../process/sockets.ts';
import { factsOf, makerOf } from './caller.ts';
import { type DoorState, judge, type Refusal } from './judge.ts';

export interface SecretDoorPorts {
  readonly native: Native;
  readonly socket: string;
  /** The program in the image that may knock. */
  readonly handle: string;
  /** Each reason once per opening: whoever knocks in a loop must not fill the log. */
  readonly refused: (reason: Refusal, pid: number) => void;
  readonly given: (pid: number) => void;
}

export interface SecretDoor {
  /** Listens anew, whatever took the socket's place meanwhile. */
  readonly listen: () => Promise<void>;
  /** For one process that was just started. Each secret is given once; with the last one it closes. */
  readonly open: (pid: number, secrets: Secrets, answer: Answer) => void;
  readonly close: (why: 'up' | 'over') => void;
  readonly end: () => void;
  readonly counts: () => DoorCounts;
}

export interface DoorCounts {
  readonly given: number;
  readonly refused: number;
}

type Secrets = Readonly<Record<string, string>>;

/** Turns a request and what is left into what the caller wants to read. */
type Answer = (
  request: string,
  secrets: Secrets,
) => { readonly text: string; readonly given: readonly string[] } | undefined;

/** The longest request the handle sends in one piece. */
const largest = 16_384;
const patience = 2_000;

/**
 * Gives the secrets of a start to the runtime's process, once. They are written into the descriptor that the caller
 * hands over, which must be a socket of the runtime's own making: whatever happens to the caller, they end there.
 */
export function createSecretDoor(ports: SecretDoorPorts): SecretDoor {
  const { native } = ports;
  let state: DoorState = { kind: 'closed', why: 'not started' };
  let answer: Answer = () => undefined;
  let left: Secrets = {};
  let server: Server | undefined;
  let told = new Set<Refusal>();
  const counts = { given: 0, refused: 0 };

  function serve(socket: Socket): void {
    socket.on('error', () => socket.destroy());
    knock(socket).catch(() => socket.destroy());
  }

  async function knock(socket: Socket): Promise<void> {
    const fd = descriptorOf(socket);
    const peer = native.peerOf(fd);
    if (!peer) return void socket.destroy();
    const facts = factsOf(peer, ports.handle);
    const early = judge(state, facts);
    if (early) return refuse(socket, early, peer.pid);
    const message = await receive(native, socket, fd);
    const [output] = message?.fds ?? [];
    try {
      if (!message || output === undefined) return refuse(socket, 'not-understood', peer.pid);
      // Once more, and nothing is awaited from here to the end: what was seen is what gets the answer.
      const again = factsOf(peer, ports.handle, facts.process ?? undefined);
      const late = judge(state, { ...again, output: { maker: makerOf(native, output) } });
      if (late) return refuse(socket, late, peer.pid);
      const made = answer(message.data.toString('utf8'), left);
      if (!made) return refuse(socket, 'not-understood', peer.pid);
      if (made.given.length === 0) return refuse(socket, 'not-there', peer.pid);
      if (!native.sendAtOnce(output, Buffer.from(made.text))) return refuse(socket, 'not-taken', peer.pid);
      left = Object.fromEntries(Object.entries(left).filter(([id]) => !made.given.includes(id)));
      if (Object.keys(left).length === 0) close('asked before');
      counts.given += 1;
      ports.given(peer.pid);
      finish(socket, 'given');
    } finally {
      for (const received of message?.fds ?? []) closeSync(received);
    }
  }

  function close(why: 'asked before' | 'up' | 'over'): void {
    if (state.kind === 'open') state = { kind: 'closed', why };
    left = {};
  }

  function refuse(socket: Socket, reason: Refusal, pid: number): void {
    counts.refused += 1;
    if (!told.has(reason)) ports.refused(reason, pid);
    told.add(reason);
    finish(socket, `refused: ${reason}`);
  }

  return {
    listen() {
      server?.close();
      rmSync(ports.socket, { recursive: true, force: true });
      // Paused: libuv would read the message and drop the descriptor in it.
      const next = createServer({ pauseOnConnect: true }, serve);
      next.maxConnections = 32;
      server = next;
      return new Promise((resolve, reject) => {
        // Stays: an accept that fails for want of descriptors is no end of PID 1.
        next.on('error', reject);
        next.listen(ports.socket, () => {
          chmodSync(ports.socket, 0o600);
          resolve();
        });
      });
    },
    open(pid, secrets, respond) {
      const started = readStat(pid)?.started;
      if (started === undefined) return;
      told = new Set();
      answer = respond;
      left = secrets;
      state = { kind: 'open', main: { pid, started } };
    },
    close,
    end() {
      close('over');
      server?.close();
    },
    counts: () => counts,
  };
}

/** Polled: the descriptor in the message can only be received by a call of our own. */
async function receive(native: Native, socket: Socket, fd: number): Promise<Received | null> {
  const deadline = performance.now() + patience;
  while (!socket.destroyed) {
    const message = native.receive(fd, largest);
    if (message) return message;
    if (performance.now() > deadline) return null;
    await sleep(5);
  }
  return null;
}

function finish(socket: Socket, word: string): void {
  socket.end(word, () => socket.destroy());
}

function descriptorOf(socket: Socket): number {
  return (socket as unknown as { readonly _handle?: { readonly fd?: number } })._handle?.fd ?? -1;
}
