import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { openProject } from '../../host-cli/project.ts';
import { docker, removeProject, root, STAND_IN, standIn } from '../cli/helpers.ts';
import { type Figure, median, milliseconds } from './figures.ts';

/** How long `clawden ps` takes against `docker ps`. Needs dist/ and the engine. */
export async function psFigure(count: number, rounds: number): Promise<Figure> {
  const { clawden, engine } = await psTimes(count, rounds);
  const more = clawden - engine;
  return {
    name: `\`clawden ps\`, ${count} running containers`,
    value: `${milliseconds(clawden)}, ${milliseconds(more)} more than \`docker ps\` (${milliseconds(engine)})`,
    goal: '≤ 150 ms more',
    met: more <= 150,
    how: `median of ${rounds}, in turns; each container answers as the image does`,
  };
}

const TOKEN = 'token-of-a-benchmark';

/** Both in turns, in a project with that many running containers: medians in milliseconds. */
async function psTimes(count: number, rounds: number): Promise<{ clawden: number; engine: number }> {
  await standIn();
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'clawden-bench-')));
  mkdirSync(join(directory, '.clawden'));
  writeFileSync(join(directory, '.clawden', 'token'), TOKEN, { mode: 0o600 });
  const { id } = openProject(directory);
  const clawden = [join(root, 'dist', 'clawden.mjs'), 'ps'];
  try {
    for (let index = 0; index < count; index += 1) await startOne(id, `twin-${index}`);
    const ready = async (): Promise<number> =>
      (await execa(process.execPath, clawden, { cwd: directory })).stdout.split(' ready ').length - 1;
    while ((await ready()) < count) await new Promise((resolve) => setTimeout(resolve, 500));
    const ours: number[] = [];
    const engine: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      ours.push(await timed(() => execa(process.execPath, clawden, { cwd: directory })));
      engine.push(await timed(() => execa('docker', ['ps'])));
    }
    return { clawden: median(ours), engine: median(engine) };
  } finally {
    await removeProject(id);
    rmSync(directory, { recursive: true });
  }
}

async function startOne(project: string, instance: string): Promise<void> {
  const marks = { project, instance, runtime: 'openclaw', settings: 'bench' };
  const labels = Object.entries(marks).flatMap(([key, value]) => ['--label', `io.clawden.${key}=${value}`]);
  const port = ['--publish', '127.0.0.1:0:18789'];
  await docker('run', '-d', ...labels, ...port, '--env', `CLAWDEN_TOKEN=${TOKEN}`, STAND_IN, 'openclaw');
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}
