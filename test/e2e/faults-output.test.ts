import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hardening } from '../helpers/container.ts';
import { docker, image, scratch, until } from '../helpers/docker.ts';

const twin = new URL('../fakes/openclaw-twin.mjs', import.meta.url).pathname;

describe('docker run whose reader stops reading', () => {
  it('loses lines, counted and said, and nothing else: health answers, the runtime is restarted, the stop is orderly', async () => {
    using folder = scratch();
    const workspace = join(folder.path, 'workspace');
    mkdirSync(workspace);
    chmodSync(workspace, 0o777);
    const behaviour = { flood: { kind: 'lines', bytes: 3_000_000 }, starts: 1 };
    writeFileSync(join(workspace, 'twin.json'), JSON.stringify(behaviour));
    const name = `clawden-test-reader-${process.pid}`;
    const words = ['run', '--name', name, '--label', 'io.clawden.test=1', '-p', '127.0.0.1::18789'];
    const mounts = [
      ...['-v', `${workspace}:/home/clawden/workspace`],
      ...['-v', `${twin}:/opt/clawden/runtimes/openclaw/node_modules/openclaw/openclaw.mjs:ro`],
    ];
    const reader = spawn('docker', [...words, ...hardening, ...mounts, image, 'openclaw'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const ended = new Promise<number | null>((resolve) => reader.once('close', resolve));
    try {
      // Nobody reads `reader.stdout`: the engine's pipe to its client fills up, and with it the container's.
      const port = await until(
        'the port',
        async () => /:(\d+)$/m.exec((await docker(['port', name, '18789/tcp'])).stdout)?.[1],
      );
      const get = async (path: string): Promise<{ readonly status: number; readonly text: string }> => {
        const answer = await fetch(`http://127.0.0.1:${port}${path}`, { signal: AbortSignal.timeout(5_000) });
        return { status: answer.status, text: await answer.text() };
      };
      const dropped = await until(
        'lines lost',
        async () =>
          Number(/^clawden_log_lines_dropped_total (\d+)$/m.exec((await get('/metrics')).text)?.[1]) ||
          undefined,
      );
      expect(dropped).toBeGreaterThan(0);
      expect((await get('/ready')).status).toBe(200);

      writeFileSync(join(workspace, 'twin.json'), '{}');
      const restarts = (): Promise<number> =>
        get('/health').then(({ text }) => JSON.parse(text).runtime.restarts as number);
      await docker([
        'exec',
        name,
        'sh',
        '-c',
        'kill -9 $(grep -lsa openclaw.mjs /proc/[0-9]*/cmdline | cut -d/ -f3)',
      ]);
      await until('a restart', async () => ((await restarts()) === 1 ? true : undefined));
      await until('ready', async () => ((await get('/ready')).status === 200 ? true : undefined));
      const pid = (await docker(['inspect', '-f', '{{.State.Pid}}', name])).stdout.trim();
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      console.info(`PID 1 while nobody reads: ${/VmHWM:\s+(\d+ kB)/.exec(status)?.[1]} at most`);

      // The reader is back.
      let text = '';
      reader.stdout.on('data', (chunk: Buffer) => {
        text += chunk.toString('latin1');
      });
      const notice = await until(
        'the notice',
        () => /the log reader had stopped, lines were dropped","lines":(\d+)/.exec(text)?.[1],
      );
      expect(Number(notice)).toBeGreaterThanOrEqual(dropped);
      await docker(['stop', '-t', '60', name]);
      expect(await ended).toBe(0);
      // What was read and what was said to be missing is all there was.
      const counted = text.split('\n').filter((line) => /^flood \d+$/.test(line)).length;
      expect(counted).toBeGreaterThan(0);
      expect(counted).toBeLessThan(3_000_000);
      expect(text).toContain('"stopped as asked"');
    } finally {
      await docker(['rm', '-f', '-v', name]);
    }
  });
});
