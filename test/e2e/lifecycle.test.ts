import { chmodSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ask, startContainer } from '../helpers/container.ts';
import { docker, image, scratch, until } from '../helpers/docker.ts';
import { metricValue } from '../helpers/prometheus.ts';

describe('a container with the twin in OpenClaw’s place', () => {
  it('stops with 0 when it is idle', async () => {
    await using container = await startContainer({ twin: {} });
    await container.ready();
    expect(await container.stop()).toBe(0);
    expect(await container.logs()).toContain('"msg":"stopped as asked"');
  });

  it('answers the turn in flight before it stops', async () => {
    await using container = await startContainer({ twin: {} });
    await container.ready();
    const reply = ask(container, '[[delay 3000]] still here');
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await container.stop()).toBe(0);
    expect(await reply).toContain('still here');
  });

  it('ends with 137 when the runtime had to be killed', async () => {
    await using container = await startContainer({
      twin: { ignoreTerm: true },
      env: { CLAWDEN_STOP_BUDGET: '2' },
    });
    await container.ready();
    expect(await container.stop()).toBe(137);
  });

  // With log_level error too, which keeps the line that says so out of the log. Its 20 s pass beside the next test's.
  it.concurrent('ends with 0 and without the rest of the budget when the runtime hangs after its last turn', async () => {
    await using container = await startContainer({
      twin: { hangAfterTurns: true },
      env: { CLAWDEN_LOG_LEVEL: 'error' },
    });
    await container.ready();
    const reply = ask(container, '[[delay 3000]] still here');
    await new Promise((resolve) => setTimeout(resolve, 500));
    const began = performance.now();
    expect(await container.stop(90)).toBe(0);
    expect(performance.now() - began).toBeLessThan(60_000);
    expect(await reply).toContain('still here');
    expect(await container.logs()).not.toContain('active-work drain settled');
  });

  it.concurrent('gives up a runtime that dies again and again with 70 and a post-mortem that names the reason', async () => {
    await using container = await startContainer({
      twin: { exitAfter: { ms: 50, code: 3, say: 'cannot open the flux capacitor' } },
      run: ['-v', 'clawden-test-crash:/home/clawden/state'],
    });
    expect(await container.exitCode()).toBe(70);
    const logs = await container.logs();
    expect(logs).toContain('OpenClaw ended 6 times within 10 minutes, last: crash');
    const file = /post-mortem\/[^"]+\.json/.exec(logs.split('\n').at(-2) ?? '')?.[0] ?? '';
    const copied = await docker([
      'run',
      '--rm',
      '--entrypoint',
      'cat',
      '-v',
      'clawden-test-crash:/s',
      image,
      `/s/.clawden/${file}`,
    ]);
    expect(JSON.parse(copied.stdout)).toMatchObject({ class: 'crash', code: 3, countInWindow: 6 });
    expect(copied.stdout).toContain('flux capacitor');
    await docker(['rm', '-f', container.id]);
    await docker(['volume', 'rm', 'clawden-test-crash']);
  });

  it('brings a killed runtime back by itself and is not ready meanwhile', async () => {
    await using container = await startContainer({ twin: { startDelay: 1000 } });
    await container.ready();
    const pid = await container.runtimePid();
    await container.signal(pid, 'KILL');
    await until('not ready', async () => ((await container.get('/ready')).status === 503 ? true : undefined));
    expect((await container.get('/health')).status).toBe(200);
    const health = await container.ready();
    expect(health.runtime?.restarts).toBe(1);
    expect(await container.runtimePid()).not.toBe(pid);
    const metrics = await (await container.get('/metrics')).text();
    expect(metricValue(metrics, 'clawden_runtime_restarts_total', { class: 'crash' })).toBe(1);
    expect(metricValue(metrics, 'clawden_runtime_state', { state: 'running' })).toBe(1);
  });

  it('starts an empty state with the record of baked plugins, private, and leaves a record that is there alone', async () => {
    using folder = scratch();
    const seed = `${folder.path}/openclaw.sqlite`;
    writeFileSync(seed, 'the record');
    chmodSync(seed, 0o644);
    const mount = `${seed}:/opt/clawden/runtimes/openclaw/seed/state/state/openclaw.sqlite:ro`;
    await using container = await startContainer({ twin: {}, run: ['-v', mount] });
    await container.ready();
    const record = '/home/clawden/state/openclaw/state/openclaw.sqlite';
    const found = await container.exec(['sh', '-c', `stat -c %a ${record}; cat ${record}`]);
    expect(found.stdout).toBe('600\nthe record');
    await container.exec(['sh', '-c', `echo mine > ${record}`]);
    await container.signal(await container.runtimePid(), 'KILL');
    await until('a restart', async () =>
      (await container.health()).runtime?.restarts === 1 ? true : undefined,
    );
    await container.ready();
    expect((await container.exec(['cat', record])).stdout).toBe('mine');
  });
});
