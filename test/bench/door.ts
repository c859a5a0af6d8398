import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startRelay } from '../relay/relay-process.ts';
import { anonymous } from './figures.ts';

export interface DoorFigures {
  readonly requests: number;
  /** Milliseconds, median, to the last byte. */
  readonly directP50: number;
  readonly doorP50: number;
  readonly addedP50: number;
  /** Microseconds of CPU, user and system, of the relay's process per request. */
  readonly cpuPerRequest: number;
  /** Bytes of the relay after the run that are its own. */
  readonly anonymous: number;
}

/** A request as large as OpenClaw's, and an answer that is there at once. */
const REQUEST = JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'x'.repeat(43_000) }] });
const ANSWER = JSON.stringify({ choices: [{ message: { role: 'assistant', content: 'hello' } }] });

const WARM_UP = 300;
const ROUNDS = 2_000;

/** The model door beside the same request without it, in turns, on one machine. */
export async function benchDoor(): Promise<DoorFigures> {
  const server = createServer((incoming, outgoing) => {
    incoming.resume().on('end', () => outgoing.end(ANSWER));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const model = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const upstream = { kind: 'http', baseUrl: `${model}/v1`, apiKey: 'real', dialect: 'openai' } as const;
  const relay = await startRelay({ setup: { upstream } });
  const agent = new Agent({ keepAlive: true });
  const ask = (url: string): Promise<number> => time(url, relay.setup.door.key, agent);
  try {
    for (let n = 0; n < WARM_UP; n += 1) await Promise.all([await ask(model), await ask(relay.door)]);
    const direct: number[] = [];
    const door: number[] = [];
    const before = cpu(relay.pid);
    for (let n = 0; n < ROUNDS; n += 1) {
      direct.push(await ask(model));
      door.push(await ask(relay.door));
    }
    const used = cpu(relay.pid) - before;
    const [directP50, doorP50] = [median(direct), median(door)];
    return {
      requests: ROUNDS,
      directP50,
      doorP50,
      addedP50: doorP50 - directP50,
      cpuPerRequest: (used * 1e6) / ROUNDS,
      anonymous: anonymous(relay.pid),
    };
  } finally {
    agent.destroy();
    await relay.stop();
    server.close();
    server.closeAllConnections();
  }
}

function time(url: string, key: string, agent: Agent): Promise<number> {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const asked = request(`${url}/v1/chat/completions`, { method: 'POST', headers, agent });
    asked.on('error', reject);
    asked.on('response', (answer) => answer.resume().on('end', () => resolve(performance.now() - started)));
    asked.end(REQUEST);
  });
}

/** Seconds of CPU so far. /proc counts in ticks of 10 ms. */
function cpu(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

if (import.meta.main) console.log(await benchDoor());
