import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hardening, startContainer } from '../helpers/container.ts';
import { docker, image, until } from '../helpers/docker.ts';
import { inhabitants, listeningPorts } from '../helpers/inside.ts';
import { runOnce } from '../helpers/run-once.ts';
import { bundle, shellTwin } from '../process/fixtures/build.ts';

const maker = readFileSync(new URL('../fakes/orphan-maker.cjs', import.meta.url), 'utf8');

interface Count {
  readonly made: number;
  readonly zombies: number;
  readonly ms: number;
}

/** Makes orphans by `docker exec` and counts the zombies two seconds after the last of them has died. */
async function orphans(container: string, count: number): Promise<Count> {
  const { stdout, all } = await docker(['exec', '-i', container, 'node', '-', String(count)], maker);
  expect(stdout, all).toMatch(/^\{/);
  return JSON.parse(stdout) as Count;
}

/** The same image with a bare node as PID 1: the control that shows that these tests can fail. */
async function bareNode(): Promise<{
  readonly id: string;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
}> {
  const words = ['run', '-d', '--label', 'io.clawden.test=1', ...hardening, '--entrypoint', 'node'];
  const { stdout, all } = await docker([...words, image, '-e', 'setInterval(() => {}, 1000)']);
  expect(stdout, all).toMatch(/^[0-9a-f]{64}$/);
  const id = stdout.slice(0, 12);
  return { id, [Symbol.asyncDispose]: async () => void (await docker(['rm', '-f', '-v', id])) };
}

describe('orphans', () => {
  it('of the runtime, a thousand, and a hundred of docker exec leave no zombie', async () => {
    await using container = await startContainer({ twin: { orphans: 1000 } });
    await container.ready();
    expect((await orphans(container.id, 0)).zombies).toBe(0);
    expect((await orphans(container.id, 1000)).zombies).toBe(0);
    expect((await orphans(container.id, 100)).zombies).toBe(0);
    expect((await container.health()).reasons).toEqual([]);
    expect((await container.health()).runtime?.restarts).toBe(0);
  });

  it('all stay as zombies when PID 1 does not reap', async () => {
    await using container = await bareNode();
    expect(await orphans(container.id, 1000)).toMatchObject({ made: 1000, zombies: 1000 });
    expect(await orphans(container.id, 100)).toMatchObject({ made: 100, zombies: 1100 });
  });
});

describe('two thousand children of PID 1 beside two thousand orphans', () => {
  const driver = bundle('reaper-stress.ts');
  const [shell = '', script = ''] = shellTwin();
  const mounts = [
    '-v',
    `${driver}:/opt/clawden/reaper-stress.cjs:ro`,
    '-v',
    `${script}:/opt/clawden/twin.sh:ro`,
  ];

  async function stress(n: number, reaper: 'on' | 'off'): Promise<Record<string, number>> {
    const args = ['/opt/clawden/reaper-stress.cjs', 'mixed', '--n', String(n), '--reaper', reaper];
    const run = [...hardening, ...mounts, '--entrypoint', 'node'];
    const { stdout, all } = await runOnce([...args, '--', shell, '/opt/clawden/twin.sh'], run, 240_000);
    expect(stdout, all).toMatch(/^\{/);
    return JSON.parse(stdout) as Record<string, number>;
  }

  it('lose no exit, report none wrong and leave no zombie', async () => {
    const found = await stress(2000, 'on');
    expect(found).toMatchObject({ pid: 1, children: 2000, wrong: 0, lost: 0, zombies: 0 });
    expect(found['made']).toBeGreaterThanOrEqual(2000);
  });

  it('leave every orphan as a zombie with the reaper off', async () => {
    const found = await stress(200, 'off');
    expect(found['zombies']).toBe(found['made']);
  });
});

describe('signals from inside the container', () => {
  it('do nothing to PID 1 but those that ask it to stop', async () => {
    await using container = await startContainer({ twin: {} });
    await container.ready();
    const ports = await listeningPorts(container.id);
    // All but INT, QUIT and TERM; KILL and STOP are in it.
    for (let signal = 1; signal <= 31; signal += 1) {
      if (![2, 3, 15].includes(signal)) await container.signal(1, String(signal));
    }
    const health = await container.ready(5_000);
    expect(health.runtime?.restarts).toBe(0);
    expect(await listeningPorts(container.id)).toEqual(ports);
  });

  it('open no inspector in any process of ours by SIGUSR1', async () => {
    await using container = await startContainer({ twin: {} });
    await container.ready();
    const before = await listeningPorts(container.id);
    const processes = await inhabitants(container.id);
    // PID 1, the relay, the runtime.
    expect(processes.filter(({ name }) => name === 'MainThread').length).toBe(3);
    for (const { pid } of processes) await container.signal(pid, 'USR1');
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(await listeningPorts(container.id)).toEqual(before);
    expect(before).not.toContain(9229);
    expect((await inhabitants(container.id)).map(({ pid }) => pid)).toEqual(processes.map(({ pid }) => pid));
    expect((await container.ready(5_000)).runtime?.restarts).toBe(0);
  });

  it('open one on port 9229 in a bare node: this check can fail', async () => {
    await using container = await bareNode();
    await docker(['exec', container.id, 'sh', '-c', 'kill -USR1 1']);
    await until('the inspector', async () =>
      (await listeningPorts(container.id)).includes(9229) ? true : undefined,
    );
  });
});
