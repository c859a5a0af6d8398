import { describe, expect, it } from 'vitest';
import { startContainer, type TestContainer } from '../helpers/container.ts';
import { docker, image, until } from '../helpers/docker.ts';

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly state: string;
  readonly words: string;
}

/** Everybody that this container sees. */
async function everybody(container: { readonly id: string }): Promise<readonly Process[]> {
  const script = "exec grep -sa '' /proc/[0-9]*/stat /proc/[0-9]*/cmdline";
  const { stdout } = await docker(['exec', container.id, 'sh', '-c', script]);
  const words = new Map<number, string>();
  for (const [, pid, text = ''] of stdout.matchAll(/^\/proc\/(\d+)\/cmdline:(.*)$/gm)) {
    words.set(Number(pid), `${words.get(Number(pid)) ?? ''}${text.replaceAll('\0', ' ')}`.trim());
  }
  return [...stdout.matchAll(/^\/proc\/(\d+)\/stat:.*\) (\w) (\d+) /gm)].map(([, pid, state, parent]) => ({
    pid: Number(pid),
    parent: Number(parent),
    state: state ?? '',
    words: words.get(Number(pid)) ?? '',
  }));
}

/** The supervisor is not PID 1, has taken over an orphan daemon of the runtime, and left no zombie. */
async function takesOverOrphans(container: TestContainer): Promise<void> {
  await container.ready();
  await until(
    'no zombies, and the daemon with us',
    async () => {
      const all = await everybody(container);
      const supervisor = all.find(({ words }) => /^\/usr\/local\/bin\/node .*supervisor\.cjs/.test(words));
      const daemon = all.find(({ words }) => words === 'sleep 1000');
      expect(supervisor?.pid).toBeGreaterThan(1);
      const done = daemon?.parent === supervisor?.pid && !all.some(({ state }) => state === 'Z');
      return done ? true : undefined;
    },
    20_000,
  );
  expect((await container.health()).reasons).toEqual([]);
}

describe('under docker run --init', () => {
  it('orphans of the runtime are taken over, reaped and ended with the container', async () => {
    await using container = await startContainer({ twin: { orphans: 100, daemon: true }, run: ['--init'] });
    await takesOverOrphans(container);
    expect((await everybody(container)).find(({ pid }) => pid === 1)?.words).toContain('docker-init');
    expect(await container.stop()).toBe(0);
    expect(await container.logs()).toMatch(/had left behind","processes":"sleep\(\d+\):term"/);
  });
});

describe('in the pid namespace of another container', () => {
  it('what the runtime left is ended, and strangers of the same user hear nothing and hold nobody up', async () => {
    const script = `trap 'echo "one heard TERM"' TERM
      sh -c 'trap "echo two heard TERM" TERM; while :; do sleep 0.2; done' &
      echo here; while :; do sleep 0.2; done`;
    const words = ['run', '-d', '--label', 'io.clawden.test=1', '--entrypoint', 'sh', image, '-c', script];
    const host = (await docker(words)).stdout.trim();
    try {
      await using container = await startContainer({
        twin: { orphans: 100, daemon: true },
        run: [`--pid=container:${host}`],
      });
      await takesOverOrphans(container);
      const strangers = (await everybody(container)).filter(({ words: line }) => line.includes('heard TERM'));
      expect(strangers).toHaveLength(2);
      expect(await container.stop()).toBe(0);
      // All whom the teardown met and waited for: the daemon, which shows that it would have been heard.
      const met = /had left behind","processes":"([^"]*)"/.exec(await container.logs())?.[1];
      expect(met).toMatch(/^sleep\(\d+\):term$/);
      const left = await everybody({ id: host });
      for (const { pid } of strangers) expect(left.some((one) => one.pid === pid)).toBe(true);
      expect(left.some(({ words: line }) => line === 'sleep 1000')).toBe(false);
      expect((await docker(['logs', host])).all.trim()).toBe('here');
      // They can hear: the test can tell.
      await docker(['exec', host, 'sh', '-c', `kill -TERM ${strangers.map(({ pid }) => pid).join(' ')}`]);
      await until('both', async () =>
        (await docker(['logs', host])).all.match(/heard TERM/g)?.length === 2 ? true : undefined,
      );
    } finally {
      await docker(['rm', '-f', host]);
    }
  });
});
