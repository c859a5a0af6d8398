import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { bundle, shellTwin, twin } from './fixtures/build.ts';

/** As PID 1 of a pid namespace of its own where root may make one, and below another init, as a subreaper. */
const PID_1 = ['unshare', '--pid', '--fork', '--mount-proc', '--kill-child'];
const places: [name: string, prefix: string[], pid1: boolean][] = [['below another init', [], false]];
if (worksHere(PID_1)) places.push(['as PID 1', PID_1, true]);

let driver: string;
let compiled: readonly string[];
beforeAll(() => {
  driver = bundle('reaper-stress.ts');
  compiled = twin();
});

describe.each(places)('the reaper %s', (_name, prefix, pid1) => {
  const run = async (args: string[], program: readonly string[] = compiled): Promise<Found> => {
    const [command = '', ...rest] = [...prefix, process.execPath, driver, ...args, '--', ...program];
    const { stdout } = await promisify(execFile)(command, rest, { timeout: 50_000, killSignal: 'SIGKILL' });
    const found = JSON.parse(stdout) as Found;
    expect(found.pid === 1).toBe(pid1);
    return found;
  };

  test('leaves none of 1000 orphans as a zombie two seconds later', async () => {
    const found = await run(['orphans']);
    expect(found).toMatchObject({ zombies: 0, reaped: 1000, maker: { kind: 'code', code: 0 } });
  });

  test('is what does it: without it all 1000 stay', async () => {
    expect(await run(['orphans', '--reaper', 'off'])).toMatchObject({ zombies: 1000, goneAfterMs: null });
  });

  test('loses and mistakes no exit of 2000 children among 2000 orphans', async () => {
    const found = await run(['mixed', '--n', '2000']);
    expect(found).toMatchObject({ children: 2000, wrong: 0, lost: 0, zombies: 0, made: 2000, reaped: 2000 });
  });

  test('differs from one that takes whatever it finds, which loses exits', async () => {
    const { lost } = await run(['mixed', '--n', '48', '--reaper', 'naive']);
    expect(lost).toBeGreaterThan(0);
  });

  test('leaves the exits of a worker thread and of spawnSync alone', async () => {
    expect(await run(['worker', '--n', '40'])).toMatchObject({ right: 40, zombies: 0, reaped: 300 });
    expect(await run(['sync', '--n', '100'])).toMatchObject({ wrong: 0, zombies: 0, reaped: 300 });
  });

  test('ends early when stragglers obey, and everybody hears TERM once', async () => {
    const found = await run(['obedient']);
    expect(found).toMatchObject({ sent: [true, false], ends: ['term', 'term'], sparedLives: true });
    expect(found.heard).toEqual(['daemon TERM', 'group TERM', 'main TERM', 'spared USR1']);
    expect(found.ms).toBeLessThan(400);
  });

  test('KILLs deaf stragglers at the deadline, in the group and in sessions of their own', async () => {
    const found = await run(['deaf']);
    expect(found).toMatchObject({ ends: ['kill', 'kill'], sparedLives: true });
    expect(found.heard).toEqual(['daemon TERM', 'group TERM', 'main TERM', 'spared USR1']);
    expect(found.ms).toBeGreaterThanOrEqual(700);
    expect(found.ms).toBeLessThan(1500);
  });

  test('works with the shell twin that containers use', async () => {
    expect(await run(['orphans', '--n', '100'], shellTwin())).toMatchObject({ zombies: 0, reaped: 100 });
    expect(await run(['mixed', '--n', '100'], shellTwin())).toMatchObject({ wrong: 0, lost: 0, zombies: 0 });
    // its daemons sleep in programs of their own, so there are more to end
    expect(await run(['obedient'], shellTwin())).toMatchObject({ sparedLives: true, sent: [true, false] });
  });
});

test('a child gets default signals although its supervisor was started with all of them blocked', async () => {
  const blocked = async (...words: string[]): Promise<string> => {
    const [program = '', ...rest] = [...twin(), 'blocked', ...words];
    return (await promisify(execFile)(program, rest, { timeout: 20_000, killSignal: 'SIGKILL' })).stdout;
  };
  const none = '0000000000000000';
  // Without a supervisor between, they are inherited.
  expect(await blocked('/bin/cat', '/proc/self/status')).not.toContain(`SigIgn:\t${none}`);
  // As the image starts it: this option alone blocks SIGUSR1.
  const found = await blocked(process.execPath, '--disable-sigusr1', driver, 'dispositions');
  expect(JSON.parse(found)).toMatchObject({ SigBlk: none, SigIgn: none, SigCgt: none });
});

interface Found extends Record<string, unknown> {
  readonly pid: number;
}

function worksHere(prefix: readonly string[]): boolean {
  try {
    const [command = '', ...rest] = prefix;
    execFileSync(command, [...rest, 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
