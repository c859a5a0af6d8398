import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endStragglers } from '../../../supervisor/process/stragglers.ts';
import { pause, reaperOf, run, type Scenario, type World } from './world.ts';

const GRACE_MS = 700;

/** The main process ends on TERM, its helper and its daemon too when they are asked. */
export const obedient: Scenario = (world) => endTree(world, 'obey');

/** The helper and the daemon are deaf: TERM once, KILL at the deadline. */
export const deaf: Scenario = (world) => endTree(world, 'ignore');

async function endTree(world: World, mode: 'obey' | 'ignore'): Promise<Record<string, unknown>> {
  const reaper = reaperOf(world);
  const folder = mkdtempSync(join(tmpdir(), 'clawden-tree-'));
  const log = join(folder, 'log');
  const spared = run(world, ['linger', 'spared', log, 'obey']);
  const main = run(world, ['tree', log, mode]);
  await until(() => lines(log).filter((line) => line.endsWith('ready')).length === 4);

  const sent = [main.signal('SIGTERM'), main.signal('SIGTERM')];
  const exit = await main.exited;
  const from = performance.now();
  const spare = spared.pid === null ? [] : [spared.pid];
  const met = await endStragglers({ grace: GRACE_MS, spare });
  const ms = Math.round(performance.now() - from);

  const sparedLives = spared.signal('SIGUSR1');
  await until(() => lines(log).includes('spared USR1'));
  spared.signal('SIGKILL');
  await spared.exited;
  await endStragglers({ grace: 100 }); // the shell twin's own sleep would outlive it by an hour
  const heard = lines(log)
    .filter((line) => !line.endsWith('ready'))
    .sort();
  rmSync(folder, { recursive: true });
  reaper.stop();
  return { sent, exit, ms, ends: met.map((one) => one.end).sort(), sparedLives, heard };
}

/** What a child inherits of signals when its supervisor was started with all of them blocked, and some ignored. */
export const dispositions: Scenario = async (world) => {
  process.on('SIGTERM', () => {});
  const found: Record<string, string> = {};
  const child = run({ ...world, twin: ['/bin/cat', '/proc/self/status'] }, [], {
    onLine: (_stream, { text }) => {
      const [name = '', value = ''] = text.split(':\t');
      if (/^Sig(Blk|Ign|Cgt)$/.test(name)) found[name] = value;
    },
  });
  return { exit: await child.closed, ...found };
};

function lines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n').filter(Boolean);
  } catch {
    return [];
  }
}

async function until(condition: () => boolean): Promise<void> {
  for (let waited = 0; !condition(); waited += 10) {
    if (waited > 5000) throw new Error('waited five seconds in vain');
    await pause(10);
  }
}
