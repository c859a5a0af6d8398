import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startContainer } from '../helpers/container.ts';
import { until } from '../helpers/docker.ts';

describe('a runtime in its container', () => {
  it('killed while it starts, serves, drains and asks for a restart is back each time, and alone', async () => {
    await using container = await startContainer({ twin: { startDelay: 300 } });
    const restarts = async (): Promise<number> => (await container.health()).runtime?.restarts ?? 0;
    const back = (count: number): Promise<true> =>
      until('the next one', async () => ((await restarts()) === count ? true : undefined));

    await container.signal(await container.runtimePid(), 'KILL'); // it has hardly begun
    await back(1);
    await container.ready();
    await container.signal(await container.runtimePid(), 'KILL');
    await back(2);
    await container.ready();
    await container.signal(await container.runtimePid(), 'TERM'); // ends with 0: its word for "start me again"
    await back(3);
    await container.ready();
    const pid = await container.runtimePid();
    await container.exec(['sh', '-c', `kill -TERM ${pid}; kill -KILL ${pid}`]);
    await back(4);
    await container.ready();

    const starts = Number(readFileSync(join(container.workspace, 'twin-starts.json'), 'utf8'));
    const violations = join(container.workspace, 'twin-violations');
    expect(existsSync(violations)).toBe(false);
    // The first one may have died before it could count itself.
    expect(starts).toBeGreaterThanOrEqual(4);
    expect(starts).toBeLessThanOrEqual(5);
    const classes = [...(await container.logs()).matchAll(/"class":"([a-z-]+)"/g)].map(([, name]) => name);
    expect(classes).toEqual(['crash', 'crash', 'restart-request', 'crash']);

    // The twin can tell: a second one beside it leaves its mark.
    const config = '/run/clawden/openclaw/openclaw.json';
    const program = '/opt/clawden/runtimes/openclaw/node_modules/openclaw/openclaw.mjs';
    const second = `OPENCLAW_CONFIG_PATH=${config} timeout 5 node ${program} gateway run`;
    await container.exec(['sh', '-c', second]);
    expect(existsSync(violations)).toBe(true);
  });
});
