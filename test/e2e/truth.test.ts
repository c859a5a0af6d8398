import { describe, expect, it } from 'vitest';
import { ask, startContainer, testToken } from '../helpers/container.ts';
import { docker, until } from '../helpers/docker.ts';
import { metricValue } from '../helpers/prometheus.ts';

const auth = { authorization: `Bearer ${testToken}` };

describe('/health and /ready', () => {
  it('say “starting” from the first moment, and why', async () => {
    await using container = await startContainer({ twin: { startDelay: 4000 } });
    const early = await until('an answer', async () => await container.health(), 10_000);
    expect(early).toMatchObject({ status: 'starting', relay: expect.anything() });
    expect((await container.get('/health')).status).toBe(200);
    expect((await container.get('/ready')).status).toBe(503);
    await until('started', async () =>
      (await container.health()).runtime?.state === 'starting' ? true : undefined,
    );
    expect((await container.health()).reasons).toContain('runtime-starting');
    await container.ready();
  });

  it('are the same on the socket, and the engine’s own health check agrees', async () => {
    await using container = await startContainer({ twin: {} });
    await container.ready();
    const probe = await container.exec(['/opt/clawden/bin/health']);
    expect(probe.code).toBe(0);
    const state = await until(
      'healthy',
      async () => {
        const inspected = await docker(['inspect', '-f', '{{.State.Health.Status}}', container.id]);
        return inspected.stdout.trim() === 'healthy' ? 'healthy' : undefined;
      },
      40_000,
    );
    expect(state).toBe('healthy');
  });

  it('tell a frozen runtime as hung: torn down, started again', async () => {
    await using container = await startContainer({ twin: {} });
    await container.ready();
    const pid = await container.runtimePid();
    await container.signal(pid, 'STOP');
    const seen = await until(
      'a restart',
      async () => ((await container.health()).runtime?.restarts === 1 ? await container.logs() : undefined),
      120_000,
    );
    expect(seen).toContain('"class":"hung"');
    await container.ready();
    expect(await container.runtimePid()).not.toBe(pid);
  });

  it('say “draining” while a turn in flight is being answered', async () => {
    await using container = await startContainer({ twin: {} });
    await container.ready();
    const reply = ask(container, '[[delay 4000]] last words');
    await new Promise((resolve) => setTimeout(resolve, 500));
    const stopped = container.stop();
    const draining = await until('draining', async () => {
      const health = await container.health();
      return health.status === 'draining' ? health : undefined;
    });
    expect(draining.reasons).toContain('draining');
    expect((await container.get('/ready')).status).toBe(503);
    const late = await fetch(`${container.url}/v1/models`, { headers: auth });
    expect([200, 503]).toContain(late.status);
    await expect(ask(container, 'too late', 'other')).rejects.toThrow(/503/);
    expect(await reply).toContain('last words');
    expect(await stopped).toBe(0);
  });

  it('follow another port when config.port says so', async () => {
    await using container = await startContainer({
      twin: {},
      port: 20123,
      run: [
        '-v',
        `${new URL('./fixtures/port.yaml', import.meta.url).pathname}:/etc/clawden/clawden.yaml:ro`,
      ],
      args: [],
    });
    await container.ready();
    expect((await container.exec(['/opt/clawden/bin/health'])).code).toBe(0);
  });

  it('need no token, and nothing else is served without one', async () => {
    await using container = await startContainer({ twin: {} });
    await container.ready();
    const statuses = async (headers: Readonly<Record<string, string>>): Promise<number[]> =>
      Promise.all(
        ['/metrics', '/clawden/v1/status', '/v1/models', '/', '/api/mirror'].map(
          async (path) => (await container.get(path, headers)).status,
        ),
      );
    expect(await statuses({})).toEqual([200, 401, 401, 404, 404]);
    expect(await statuses({ authorization: 'Bearer wrong-token-0123456789' })).toEqual([
      200, 401, 401, 404, 404,
    ]);
    expect(await statuses(auth)).toEqual([200, 200, 200, 404, 404]);
  });

  it('let the runtime’s own surface through only when it is exposed, with our word on who calls', async () => {
    await using container = await startContainer({
      twin: {},
      run: [
        '-v',
        `${new URL('./fixtures/expose.yaml', import.meta.url).pathname}:/etc/clawden/clawden.yaml:ro`,
      ],
      args: [],
    });
    await container.ready();
    expect((await container.get('/api/mirror')).status).toBe(401);
    const mirrored = await container.get('/api/mirror', { ...auth, 'x-forwarded-for': '6.6.6.6' });
    const { headers } = (await mirrored.json()) as { headers: Record<string, string> };
    expect(headers['authorization']).not.toContain(testToken);
    expect(headers['x-forwarded-for']).not.toBe('6.6.6.6');
    expect((await container.get('/healthz', auth)).status).toBe(404);
  });

  it('print a token once when none was chosen, and it works', async () => {
    await using container = await startContainer({ twin: {}, env: { CLAWDEN_TOKEN: '' } });
    await container.ready();
    const printed = [...(await container.logs()).matchAll(/the token of this start is ([\w-]+)/g)];
    expect(printed).toHaveLength(1);
    const given = await container.get('/v1/models', { authorization: `Bearer ${printed[0]?.[1]}` });
    expect(given.status).toBe(200);
  });
});

describe('the relay, killed ten times under load', () => {
  it('is back within a second each time, the runtime untouched, and callers get a clear 503', async () => {
    await using container = await startContainer({ twin: {} });
    await container.ready();
    const runtime = await container.runtimePid();
    const outcomes: string[] = [];
    let loading = true;
    const load = Array.from({ length: 4 }, async (_, index) => {
      while (loading) {
        await ask(container, '[[delay 100]] ping', `load-${index}`).then(
          () => outcomes.push('ok'),
          (error: unknown) => outcomes.push(String(error)),
        );
      }
    });
    for (let round = 0; round < 10; round += 1) {
      await new Promise((resolve) => setTimeout(resolve, 300));
      // Between two lives there is none. The bracket keeps the shell and the grep, which hold the pattern too, out of it.
      const pid = await until('a relay', async () => {
        const found = await container.exec(['sh', '-c', 'grep -lz "[r]elay.cjs" /proc/[0-9]*/cmdline']);
        return /\/proc\/(\d+)\//.exec(found.stdout)?.[1];
      });
      const killed = performance.now();
      await container.signal(pid, 'KILL');
      await until('down or back', async () => (await container.health()).status !== undefined || undefined);
      await container.ready(5000);
      // The bound is for the relay; the two docker commands around it take their own time.
      expect(performance.now() - killed).toBeLessThan(1500);
    }
    loading = false;
    await Promise.all(load);
    expect(await container.runtimePid()).toBe(runtime);
    expect((await container.health()).runtime?.restarts).toBe(0);
    await until('ten counted starts of the relay', async () => {
      const metrics = await (await container.get('/metrics')).text();
      return metricValue(metrics, 'clawden_relay_restarts_total') === 10 ? true : undefined;
    });
    const faults = outcomes.filter((outcome) => outcome !== 'ok');
    expect(outcomes.filter((outcome) => outcome === 'ok').length).toBeGreaterThan(10);
    expect(faults.length).toBeGreaterThan(0);
    for (const fault of faults)
      expect(fault).toMatch(/503 (relay_unavailable|unavailable|runtime_unavailable)/);
  });
});
