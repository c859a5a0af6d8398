import type { Native } from '../../../supervisor/process/native.ts';
import { allProcesses } from '../../../supervisor/process/proc.ts';
import { type Reaper, startReaper } from '../../../supervisor/process/reaper.ts';
import { type RunningProcess, type StartOptions, start } from '../../../supervisor/process/spawn.ts';

/** What every scenario is given; `naive` takes every zombie it finds, as a loop around waitpid(-1) would. */
export interface World {
  readonly native: Native;
  readonly mode: 'on' | 'off' | 'naive';
  readonly n: number;
  readonly twin: readonly string[];
}

export type Scenario = (world: World) => Promise<Record<string, unknown>>;

export function reaperOf(world: World): Pick<Reaper, 'stop' | 'reaped'> {
  if (world.mode === 'on') return startReaper({ native: world.native });
  if (process.pid !== 1) world.native.setSubreaper();
  if (world.mode === 'off') return { stop: () => {}, reaped: 0 };
  let running = true;
  const grab = (): void => {
    for (const stat of allProcesses()) {
      if (stat.parent === process.pid && stat.state === 'Z') world.native.reapOne(stat.pid);
    }
    if (running) setTimeout(grab, 1);
  };
  grab();
  return {
    stop: () => {
      running = false;
    },
    reaped: 0,
  };
}

export function run(world: World, args: readonly string[], more: Partial<StartOptions> = {}): RunningProcess {
  const argv = [...world.twin, ...args] as unknown as readonly [string, ...string[]];
  return start({
    argv,
    env: { PATH: process.env.PATH ?? '/usr/bin:/bin' },
    cwd: '/',
    onLine: () => {},
    ...more,
  });
}

export function zombies(): number {
  return allProcesses().filter((stat) => stat.parent === process.pid && stat.state === 'Z').length;
}

/** Polls until there is no zombie; how long that took, or null when `limit` ms were not enough. */
export async function untilNoZombies(limit: number): Promise<number | null> {
  const from = performance.now();
  for (;;) {
    if (zombies() === 0) return Math.round(performance.now() - from);
    if (performance.now() - from > limit) return null;
    await pause(50);
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
