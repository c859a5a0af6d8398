import { spawnSync } from 'node:child_process';
import { Worker } from 'node:worker_threads';
import { type Exit, exitCode } from '../../../supervisor/process/exit.ts';
import { pause, reaperOf, run, type Scenario, untilNoZombies, type World, zombies } from './world.ts';

const ORPHAN_MS = 200;

/** n orphans that end soon after: how many zombies are left two seconds after the last of them has died. */
export const orphans: Scenario = async (world) => {
  const reaper = reaperOf(world);
  const maker = await run(world, ['orphans', String(world.n), String(ORPHAN_MS)]).exited;
  await pause(ORPHAN_MS);
  const goneAfterMs = await untilNoZombies(2000);
  return { maker, goneAfterMs, zombies: zombies(), reaped: reaper.reaped };
};

/** n own children, 24 at a time, every ending there is, while n orphans come and go. */
export const mixed: Scenario = async (world) => {
  const reaper = reaperOf(world);
  const cpu = process.cpuUsage();
  const started = performance.now();
  const makers = orphanWaves(world);
  let next = 0;
  let wrong = 0;
  let lost = 0;
  const lane = async (): Promise<void> => {
    while (next < world.n) {
      const i = next++;
      const kill = i % 9 === 4;
      const child = run(world, kill ? ['die', '9'] : ['exit', String(i % 256)]);
      const exit = await inTime(child.exited);
      if (exit === null) lost += 1;
      else if (exitCode(exit) !== (kill ? 137 : i % 256)) wrong += 1;
    }
  };
  await Promise.all(Array.from({ length: 24 }, lane));
  const made = await makers;
  const ms = Math.round(performance.now() - started);
  await pause(ORPHAN_MS);
  await untilNoZombies(2000);
  const { user, system } = process.cpuUsage(cpu);
  return {
    children: next,
    wrong,
    lost,
    made,
    zombies: zombies(),
    reaped: reaper.reaped,
    ms,
    cpuMs: Math.round((user + system) / 1000),
  };
};

/** Null when no exit was reported within four seconds: libuv has lost it, and it will never come. */
function inTime(exited: Promise<Exit>): Promise<Exit | null> {
  return Promise.race([exited, pause(4000).then(() => null)]);
}

async function orphanWaves(world: World): Promise<number> {
  let made = 0;
  while (made < world.n) {
    const exit = await inTime(run(world, ['orphans', '100', String(ORPHAN_MS)]).exited);
    if (exit !== null && exitCode(exit) !== 0) throw new Error(`the orphan maker failed: ${exitCode(exit)}`);
    made += 100;
  }
  return made;
}

/** Children of a worker thread are in no registry; only the age of a zombie protects their exits. */
export const worker: Scenario = async (world) => {
  const reaper = reaperOf(world);
  const makers = orphanWaves({ ...world, n: 300 });
  const thread = new Worker(WORKER, { eval: true, workerData: { twin: world.twin, n: world.n } });
  const right = await Promise.race([
    new Promise<number>((resolve) => thread.once('message', resolve)),
    pause(15_000).then(() => null),
  ]);
  await thread.terminate();
  await makers;
  await pause(ORPHAN_MS);
  await untilNoZombies(2000);
  return { children: world.n, right, zombies: zombies(), reaped: reaper.reaped };
};

const WORKER = `
  const { spawn } = require('node:child_process');
  const { parentPort, workerData: { twin, n } } = require('node:worker_threads');
  let right = 0, over = 0;
  for (let i = 0; i < n; i++) {
    const [program, ...args] = [...twin, 'exit', String(i)];
    spawn(program, args).once('exit', (code) => {
      if (code === i) right++;
      if (++over === n) parentPort.postMessage(right);
    });
  }
`;

/** spawnSync waits in a loop of its own; orphans die all around it. */
export const sync: Scenario = async (world) => {
  const reaper = reaperOf(world);
  const makers = orphanWaves({ ...world, n: 300 });
  let wrong = 0;
  for (let i = 0; i < world.n; i++) {
    const [program = '', ...args] = [...world.twin, 'exit', String(i % 256)];
    if (spawnSync(program, args).status !== i % 256) wrong += 1;
    if (i % 10 === 0) await pause(20);
  }
  await makers;
  await pause(ORPHAN_MS);
  await untilNoZombies(2000);
  return { children: world.n, wrong, zombies: zombies(), reaped: reaper.reaped };
};
