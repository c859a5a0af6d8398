import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startContainer } from '../helpers/container.ts';
import { until } from '../helpers/docker.ts';

const preload = new URL('../fakes/jumping-clock.cjs', import.meta.url).pathname;
const hour = 3_600_000;

describe('a wall clock that is set', () => {
  it('restarts, kills and delays nothing, and no post-mortem takes the place of another', async () => {
    await using container = await startContainer({
      twin: {},
      run: ['-v', `${preload}:/clock.cjs:ro`, '--entrypoint', '/usr/local/bin/node'],
      args: ['--require', '/clock.cjs', '/opt/clawden/supervisor.cjs', 'openclaw'],
    });
    await container.ready();
    const pid = await container.runtimePid();
    const set = (text: string): void => writeFileSync(join(container.workspace, 'clock'), text);
    /** A line of PID 1 that tells the time it believes in. */
    const told = async (): Promise<number> => {
      const before = (await container.logs()).length;
      await container.signal(1, 'HUP');
      const line = await until(
        'a line',
        async () => /\{"time":"([^"]+)"[^\n]*SIGHUP/.exec((await container.logs()).slice(before - 1))?.[1],
      );
      return Date.parse(line);
    };
    for (const jump of [9 * hour, -9 * hour, 200 * 24 * hour]) {
      set(String(jump));
      expect(Math.abs((await told()) - Date.now() - jump)).toBeLessThan(60_000);
    }
    // A look of the liveness probe and more.
    await new Promise((resolve) => setTimeout(resolve, 6_000));
    expect(await container.ready(1_000)).toMatchObject({ runtime: { restarts: 0 }, reasons: [] });
    expect(await container.runtimePid()).toBe(pid);

    // Back by a year, and then it stands: both deaths have the same time.
    for (const [restarts, clock] of [
      [1, String(-365 * 24 * hour)],
      [2, `at ${Date.UTC(2026, 0, 1)}`],
      [3, `at ${Date.UTC(2026, 0, 1)}`],
    ] as const) {
      set(clock);
      await container.signal(await container.runtimePid(), 'KILL');
      await until('the next one', async () =>
        (await container.health()).runtime?.restarts === restarts ? true : undefined,
      );
      await container.ready(20_000);
    }
    const listed = await container.exec(['sh', '-c', 'cd /home/clawden/state/.clawden/post-mortem && ls']);
    const names = listed.stdout.split('\n');
    expect(names.map((name) => name.slice(0, 7))).toEqual(['000001-', '000002-', '000003-']);
    expect(names[1]?.slice(7)).toBe(names[2]?.slice(7));
    // The backoff was the documented one, whatever the clock said.
    const waits = [...(await container.logs()).matchAll(/"restartInMs":(\d+)/g)].map(([, ms]) => Number(ms));
    for (const [index, wait] of [500, 1000, 2000].entries()) {
      expect(Math.abs((waits[index] ?? 0) / wait - 1)).toBeLessThanOrEqual(0.2);
    }
    expect(await container.stop()).toBe(0);
  });
});
