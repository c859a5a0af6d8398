import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AdapterHost, ConnectionState, Incoming, Receipt } from './adapter.ts';

export interface StandIn extends AdapterHost {
  readonly got: readonly Incoming[];
  readonly states: readonly ConnectionState[];
  /** All that was logged, as text. */
  readonly logged: () => string;
  /** What it says to the next messages, in turn; then `kept`. */
  readonly says: (...receipts: Receipt[]) => void;
  /** The texts that it kept, once there are as many. */
  readonly texts: (count: number) => Promise<string[]>;
  /** The first state that fits, past or to come. */
  readonly reached: (state: Partial<Record<string, unknown>>) => Promise<ConnectionState>;
}

/** A host for one adapter under test: keeps what it is given and drops repetitions, as the relay does. */
export function createHost(): StandIn {
  const got: Incoming[] = [];
  const states: ConnectionState[] = [];
  const lines: string[] = [];
  const seen = new Set<string>();
  let next: Receipt[] = [];
  let note: string | undefined;
  return {
    got,
    states,
    logged: () => lines.join('\n'),
    says: (...receipts) => {
      next = receipts;
    },
    receive: (message) => {
      const receipt = next.shift() ?? (seen.has(message.id) ? 'repeated' : 'kept');
      if (receipt === 'kept') {
        seen.add(message.id);
        got.push(message);
      }
      return receipt;
    },
    wants: () => true,
    state: (state) => void states.push(state),
    note: {
      read: () => note,
      write: (text) => {
        note = text;
      },
    },
    log: (level, msg, fields) => void lines.push(JSON.stringify({ level, msg, ...fields })),
    texts: async (count) => {
      await until(
        () => got.length >= count,
        () => `${got.length} of ${count} messages came`,
      );
      return got.map(({ text }) => text);
    },
    reached: async (wanted) => {
      const fits = (state: ConnectionState): boolean =>
        Object.entries(wanted).every(([key, value]) => Object(state)[key] === value);
      await until(
        () => states.some(fits),
        () => `${JSON.stringify(wanted)} did not come: ${JSON.stringify(states)}`,
      );
      return states.find(fits) as ConnectionState;
    },
  };
}

/** Where nobody listens. Not a low port: `fetch` asks many of those for nothing. */
export async function deadAddress(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

async function until(reached: () => boolean, otherwise: () => string): Promise<void> {
  for (let tries = 0; tries < 1000; tries += 1) {
    if (reached()) return;
    await sleep(10);
  }
  throw new Error(otherwise());
}
