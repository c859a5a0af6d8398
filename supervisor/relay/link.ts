import { Socket } from 'node:net';
import type { FromRelay, ToRelay } from './protocol.ts';

export interface Link {
  readonly send: (message: FromRelay) => void;
}

export interface LinkEvents {
  readonly message: (message: ToRelay) => void;
  /** Nothing after it can be trusted. */
  readonly unreadable: (error: unknown) => void;
  /** PID 1 is gone or has closed its end. */
  readonly ended: () => void;
}

/** The socket pair with PID 1: JSON lines both ways. Reading starts with this call. */
export function openLink(fd: number, events: LinkEvents): Link {
  const socket = new Socket({ fd, readable: true, writable: true });
  const lines = createLines((line) => events.message(parse(line)));
  socket.setEncoding('utf8');
  socket.on('data', (chunk: string) => {
    try {
      lines(chunk);
    } catch (error) {
      events.unreadable(error);
    }
  });
  socket.once('close', events.ended);
  socket.on('end', events.ended);
  // A broken pipe is followed by close; an unhandled error would hide that as a crash.
  socket.on('error', () => undefined);
  return { send: (message) => void socket.write(`${JSON.stringify(message)}\n`) };
}

function parse(line: string): ToRelay {
  try {
    return JSON.parse(line) as ToRelay;
  } catch {
    // The parser's own message quotes the line, and secrets are in it.
    throw new Error('a line from PID 1 is no JSON');
  }
}

/** Cuts a stream of text into lines. */
export function createLines(each: (line: string) => void): (chunk: string) => void {
  let rest = '';
  return (chunk) => {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) if (part !== '') each(part);
  };
}
