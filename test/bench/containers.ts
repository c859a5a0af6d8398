import { readFileSync } from 'node:fs';
import { startContainer } from '../helpers/container.ts';
import { docker, image } from '../helpers/docker.ts';
import { median } from './figures.ts';

const twin = new URL('../fakes/openclaw-twin.mjs', import.meta.url).pathname;
/** The twin in OpenClaw's place. */
export const twinMount = [
  '-v',
  `${twin}:/opt/clawden/runtimes/openclaw/node_modules/openclaw/openclaw.mjs:ro`,
];

/** exec → TCP listening of the supervisor and of a bare node server, in turns inside one container, milliseconds. */
export async function startTimes(rounds: number): Promise<{ bare: number[]; supervisor: number[] }> {
  const driver = new URL('./start-driver.cjs', import.meta.url).pathname;
  const ran = await docker([
    'run',
    '--rm',
    '--entrypoint',
    '/usr/local/bin/node',
    '-v',
    `${driver}:/driver.cjs:ro`,
    ...twinMount,
    image,
    '/driver.cjs',
    String(rounds),
  ]);
  return JSON.parse(ran.stdout) as { bare: number[]; supervisor: number[] };
}

export interface MemoryFigures {
  readonly bare: number;
  readonly supervisor: number;
  readonly relay: number;
}

/** Anonymous memory in bytes after ten idle seconds, read from outside the containers. */
export async function idleMemory(): Promise<MemoryFigures> {
  await using container = await startContainer({ twin: {} });
  await container.ready();
  const bare = await docker([
    'run',
    '-d',
    '--entrypoint',
    '/usr/local/bin/node',
    image,
    '-e',
    "require('node:http').createServer((q,s)=>s.end('ok')).listen(20200)",
  ]);
  await new Promise((resolve) => setTimeout(resolve, 10_000));
  const top = await docker(['top', container.id, '-eo', 'pid,args']);
  const relay = /^\s*(\d+) .*relay\.cjs/m.exec(top.stdout)?.[1] ?? '';
  const figures = {
    bare: anonymous(await hostPid(bare.stdout.trim())),
    supervisor: anonymous(await hostPid(container.id)),
    relay: anonymous(relay),
  };
  await docker(['rm', '-f', bare.stdout.trim()]);
  return figures;
}

/**
 * `docker stop` of a container whose runtime takes 50 ms to end, less the same of a bare process that takes 50 ms,
 * in turns: what the supervisor adds. Milliseconds.
 */
export async function stopOverhead(rounds: number): Promise<number> {
  const ours: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await using container = await startContainer({ twin: {} });
    await container.ready();
    ours.push(await timedStop(container.id));
    const peer = await docker([
      'run',
      '-d',
      '--entrypoint',
      '/usr/local/bin/node',
      image,
      '-e',
      "process.on('SIGTERM',()=>setTimeout(()=>process.exit(0),50));require('node:http').createServer().listen(20200)",
    ]);
    await new Promise((resolve) => setTimeout(resolve, 500));
    bare.push(await timedStop(peer.stdout.trim()));
    await docker(['rm', '-f', peer.stdout.trim()]);
  }
  return median(ours) - median(bare);
}

export async function imageSizes(): Promise<{ image: number; parts: number }> {
  const inspected = await docker(['image', 'inspect', image]);
  const [info] = JSON.parse(inspected.stdout) as [
    { Size: number; Config: { Labels: Record<string, string> } },
  ];
  const parts = Object.entries(info.Config.Labels)
    .filter(([name]) => name.startsWith('io.clawden.size.'))
    .reduce((sum, [, bytes]) => sum + Number(bytes), 0);
  return { image: info.Size, parts };
}

async function timedStop(id: string): Promise<number> {
  const began = performance.now();
  await docker(['stop', '-t', '30', id]);
  return performance.now() - began;
}

async function hostPid(id: string): Promise<string> {
  return (await docker(['inspect', '-f', '{{.State.Pid}}', id])).stdout.trim();
}

function anonymous(pid: string): number {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1');
  return Number(/^Anonymous:\s+(\d+) kB/m.exec(rollup)?.[1] ?? Number.NaN) * 1024;
}
