import { describe, expect, it } from 'vitest';
import { startContainer } from '../helpers/container.ts';
import { until } from '../helpers/docker.ts';
import { inhabitants } from '../helpers/inside.ts';

const preload = new URL('../fakes/hurry.cjs', import.meta.url).pathname;
const deaf = "trap '' TERM; sleep 987 & echo 'still looking at your file'; wait";

describe('a validator that never answers', () => {
  it('ends the start with 69, its limit and its last words, and it is gone', async () => {
    await using container = await startContainer({
      twin: { validate: deaf },
      run: ['-v', `${preload}:/hurry.cjs:ro`, '--entrypoint', '/usr/local/bin/node'],
      args: ['--require', '/hurry.cjs', '/opt/clawden/supervisor.cjs', 'openclaw'],
    });
    expect(await container.exitCode(30_000)).toBe(69);
    const logs = await container.logs();
    expect(logs).toContain('still looking at your file');
    expect(logs).toContain("OpenClaw's own validator did not finish: no answer within 90 s");
    expect(logs).not.toContain('"starting the runtime"');
    expect(logs).not.toMatch(/had left behind","processes":"MainThread/);
  });

  it('does not keep a container from being stopped', async () => {
    await using container = await startContainer({ twin: { validate: deaf } });
    await until('the validator', async () =>
      (await inhabitants(container.id)).some(({ name }) => name === 'sleep') ? true : undefined,
    );
    expect((await container.get('/health')).status).toBe(200);
    expect((await container.health()).status).toBe('starting');
    expect(await container.stop(30)).toBe(0);
    expect(await container.logs()).toContain('"stopped as asked"');
  });
});
