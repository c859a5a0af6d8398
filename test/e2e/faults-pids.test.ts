import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { startContainer } from '../helpers/container.ts';
import { docker, until } from '../helpers/docker.ts';

const bomb = readFileSync(new URL('../fakes/fork-bomb.cjs', import.meta.url), 'utf8');

describe('a container in which no process can be made any more', () => {
  it('keeps PID 1 and its health, says why nothing starts, and has runtime and relay back when there is room', async () => {
    await using container = await startContainer({ twin: {}, run: ['--pids-limit', '80'] });
    await container.ready();
    const before = (await container.logs()).length;
    // Fills the container, kills runtime and relay, and takes each place that becomes free, for five seconds.
    const bombing = docker(['exec', '-i', container.id, 'node', '-', '5000'], bomb);
    const seen = await until('both of them missing', async () => {
      const health = await container.health();
      return health.relay === 'down' && health.runtime?.state !== 'running' ? health : undefined;
    });
    expect(seen.status).toBe('unready');
    await until('the reason', async () =>
      (await container.logs()).includes('the runtime could not be started') ? true : undefined,
    );
    expect((await container.get('/health')).status).toBe(200);
    // The kernel lets the engine put one more process into a full container (pids.max holds for forks only).
    await until('the health check of the engine', async () =>
      (await container.exec(['/opt/clawden/bin/health'])).code === 0 ? true : undefined,
    );
    const { stdout, all } = await bombing;
    expect(stdout, all).toContain('the bomb is over');
    const health = await container.ready(60_000);
    expect(health.relay).toBe('up');
    const logs = (await container.logs()).slice(before);
    expect(logs).toMatch(
      /could not be started","class":"crash","code":126,"reason":"spawn \S+ EAGAIN","fix":"docker run --pids-limit/,
    );
    // At once where a place is left for it, else when there is room (supervise/relay.test: "never says a word").
    expect(logs).toContain('the relay ended, starting it again');
    expect(logs).not.toContain('a fault of the supervisor');
    expect(await container.stop()).toBe(0);
  });
});
