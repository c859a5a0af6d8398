import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { median } from './figures.ts';

export interface ProxyFigures {
  readonly rounds: number;
  readonly requests: number;
  /** Microseconds of CPU, user and system, per request; medians over the rounds. */
  readonly ours: number;
  readonly pipe: number;
  /** The median of the rounds' own ratios: both of a round ran one after the other. */
  readonly ratio: number;
  /** The same per message echoed through a WebSocket. */
  readonly oursEcho: number;
  readonly pipeEcho: number;
}

const ROUNDS = 9;
const REQUESTS = 6_000;
const ECHOES = 10_000;
const CONNECTIONS = 16;
const headers = {
  authorization: 'Bearer test-token-0123456789',
  accept: 'application/json',
  'user-agent': 'bench',
};

/** PID 1's proxy beside a plain pipe that checks nothing: same load, in turns, each in a process of its own. */
export async function benchProxy(): Promise<ProxyFigures> {
  const runtime = await start('runtime', 0);
  const [ours, pipe] = [await start('ours', runtime.port), await start('pipe', runtime.port)];
  try {
    const used = {
      ours: [] as number[],
      pipe: [] as number[],
      oursEcho: [] as number[],
      pipeEcho: [] as number[],
    };
    for (const peer of [ours, pipe, ours, pipe]) await load(peer.port, REQUESTS);
    for (let round = 0; round < ROUNDS; round += 1) {
      // Who goes first takes turns, too.
      const order = [['ours', ours] as const, ['pipe', pipe] as const];
      for (const [name, peer] of round % 2 === 0 ? order : order.reverse()) {
        used[name].push(await cost(peer, REQUESTS, () => load(peer.port, REQUESTS)));
        used[`${name}Echo`].push(await cost(peer, ECHOES, () => echo(peer.port, ECHOES)));
      }
    }
    return {
      rounds: ROUNDS,
      requests: REQUESTS,
      ours: median(used.ours),
      pipe: median(used.pipe),
      ratio: median(used.ours.map((value, round) => value / (used.pipe[round] ?? Number.NaN))),
      oursEcho: median(used.oursEcho),
      pipeEcho: median(used.pipeEcho),
    };
  } finally {
    for (const { child } of [ours, pipe, runtime]) child.kill();
  }
}

interface Peer {
  readonly child: ChildProcess;
  readonly port: number;
}

/** Those of PID 1 in the image. */
const flags = ['--max-semi-space-size=4'];

async function start(kind: string, upstream: number): Promise<Peer> {
  const script = new URL('./proxy-servers.ts', import.meta.url).pathname;
  const child = fork(script, [kind, String(upstream)], { execArgv: kind === 'ours' ? flags : [] });
  const [port] = (await once(child, 'message')) as [number];
  return { child, port };
}

async function cost({ child }: Peer, count: number, work: () => Promise<void>): Promise<number> {
  const before = cpu(child.pid);
  await work();
  return ((cpu(child.pid) - before) * 1e6) / count;
}

async function load(port: number, count: number): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  let left = count;
  const one = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const asked = request({ host: '127.0.0.1', port, path: '/api/x', agent, headers }, (answer) => {
        if (answer.statusCode !== 200) reject(new Error(`answered ${answer.statusCode}`));
        answer.resume().on('end', resolve);
      });
      asked.on('error', reject).end();
    });
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      while (left-- > 0) await one();
    }),
  );
  agent.destroy();
}

async function echo(port: number, count: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  const lines = ['GET / HTTP/1.1', 'host: a', `authorization: ${headers.authorization}`];
  socket.write([...lines, 'connection: upgrade', 'upgrade: websocket', '', ''].join('\r\n'));
  await once(socket, 'data');
  for (let left = count; left > 0; left -= 1) {
    socket.write('a message of some forty bytes, as frames go');
    await once(socket, 'data');
  }
  socket.destroy();
}

/** Seconds of CPU so far. /proc counts in ticks of 10 ms. */
function cpu(pid: number | undefined): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

if (import.meta.main) console.log(await benchProxy());
