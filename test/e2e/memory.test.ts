import { describe, expect, it } from 'vitest';
import { ask, startContainer, testToken } from '../helpers/container.ts';
import { until } from '../helpers/docker.ts';
import { metricValue } from '../helpers/prometheus.ts';
import { runOnce } from '../helpers/run-once.ts';

const limit = (size: string): string[] => ['--memory', size, '--memory-swap', size];

describe('a memory limit', () => {
  it('below OpenClaw’s floor is refused with 69 and both figures, not killed', async () => {
    const { code, stderr } = await runOnce(['openclaw'], limit('1g'));
    expect(code).toBe(69);
    expect(stderr).toContain('OpenClaw needs 1536 MiB of memory, the container has 1024 MiB');
    expect(stderr).toContain('docker run --memory 2048m');
  });

  it('one MiB below the floor is refused as well', async () => {
    expect((await runOnce(['openclaw'], limit('1535m'))).code).toBe(69);
  });

  it('between the floor and what is recommended is warned of, at what is recommended it is not', async () => {
    await using tight = await startContainer({ twin: {}, memory: '1536m' });
    await tight.ready();
    const warning = 'OpenClaw has 1536 MiB of memory; 2048 MiB are recommended';
    expect(await tight.logs()).toContain(warning);
    const metrics = await (await tight.get('/metrics')).text();
    expect(metricValue(metrics, 'clawden_memory_limit_bytes')).toBe(1536 * 2 ** 20);
    expect(metricValue(metrics, 'clawden_memory_bytes')).toBeGreaterThan(2 ** 20);
    expect(metricValue(metrics, 'process_resident_memory_bytes')).toBeGreaterThan(10 * 2 ** 20);
    const started = metricValue(metrics, 'process_start_time_seconds') ?? 0;
    expect(Math.abs(Date.now() / 1000 - started)).toBeLessThan(120);
    await using ample = await startContainer({ twin: {}, memory: '2048m' });
    await ample.ready();
    expect(await ample.logs()).not.toContain('are recommended');
  });

  it('at the floor holds the real OpenClaw: it gets ready, answers and is not restarted', async () => {
    await using container = await startContainer({ memory: '1536m' });
    await container.ready(240_000);
    const replies = await Promise.all(
      ['one', 'two', 'three'].map((word) => ask(container, `say ${word}`, `memory-${word}`)),
    );
    for (const [index, word] of ['one', 'two', 'three'].entries()) expect(replies[index]).toContain(word);
    expect((await container.health()).runtime?.restarts).toBe(0);
    const answer = await container.get('/clawden/v1/status', { authorization: `Bearer ${testToken}` });
    const { memory } = (await answer.json()) as { memory: { limit: number; usage: number; kills: number } };
    expect(memory).toMatchObject({ limit: 1536 * 1024 * 1024, kills: 0 });
  });
});

describe('a runtime that takes more memory than there is', () => {
  it('is brought back, and the reason is out of memory in health, log and post-mortem', async () => {
    await using container = await startContainer({
      twin: { allocate: 3000, startDelay: 500 },
      memory: '1600m',
    });
    const health = await until(
      'the restart',
      async () => {
        const now = await container.health();
        return (now.runtime?.restarts ?? 0) >= 1 ? now : undefined;
      },
      120_000,
    );
    expect(health.runtime?.reason).toBe('out-of-memory');
    // The supervisor lives on.
    expect((await container.get('/health')).status).toBe(200);
    const metrics = await (await container.get('/metrics')).text();
    expect(metricValue(metrics, 'clawden_memory_kills_total')).toBeGreaterThanOrEqual(1);
    expect(
      metricValue(metrics, 'clawden_runtime_restarts_total', { class: 'out-of-memory' }),
    ).toBeGreaterThanOrEqual(1);
    expect(await container.logs()).toContain('"class":"out-of-memory","code":137');
    const script = 'cat /home/clawden/state/.clawden/post-mortem/*';
    const [document = ''] = (await container.exec(['sh', '-c', script])).stdout.split('\n}\n');
    expect(document).toContain('"class": "out-of-memory"');
    expect(document).toContain(`"limit": ${1600 * 1024 * 1024}`);
  });

  it('is not blamed for it when somebody killed it with -9', async () => {
    await using container = await startContainer({ twin: {}, memory: '1600m' });
    await container.ready();
    await container.signal(await container.runtimePid(), 'KILL');
    await until('the restart', async () =>
      (await container.logs()).includes('"class":"crash","code":137') ? true : undefined,
    );
  });

  it('is not blamed for a tool that took too much and was killed some time before', async () => {
    await using container = await startContainer({ twin: {}, memory: '1600m' });
    await container.ready();
    const hog = 'const held = []; for (;;) held.push(Buffer.alloc(32 << 20, 1))';
    expect((await container.exec(['node', '-e', hog])).code).toBe(137);
    expect((await container.health()).runtime?.restarts).toBe(0);
    // Two looks of the liveness probe.
    await new Promise((resolve) => setTimeout(resolve, 11_000));
    await container.signal(await container.runtimePid(), 'KILL');
    await until('the end', async () => /"class":"[a-z-]+","code":137/.exec(await container.logs())?.[0]).then(
      (line) => expect(line).toContain('"class":"crash"'),
    );
  });
});
