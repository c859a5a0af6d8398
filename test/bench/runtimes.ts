import { readFileSync } from 'node:fs';
import type { Runtime } from '../../runtimes/contract.ts';
import { type ModelServer, startModelServer } from '../fakes/model-server.ts';
import { ask, startContainer } from '../helpers/container.ts';
import { docker } from '../helpers/docker.ts';
import { byItself } from './by-itself.ts';
import { type Figure, mebibytes, median, milliseconds } from './figures.ts';
import { type Replies, type Stage, timed } from './turns.ts';

/** What the supervisor and the relay add to a turn of a runtime that answers at once: the twin. Milliseconds. */
export async function ourShare(stage: Stage): Promise<{ ours: number; alone: number }> {
  const { ours, alone } = await measure(stage, { idle: 0 });
  return { ours: median(ours.warm), alone: median(alone.warm) };
}

/** A runtime as this image runs it, beside the same program started with the same files and asked by itself. */
export async function benchRuntime(runtime: Runtime, image: string): Promise<readonly Figure[]> {
  const { name, title } = runtime.descriptor;
  const turns = 20;
  const { ours, alone } = await measure({ runtime, image, words: [], turns }, { idle: 10_000 });
  return [
    {
      name: `${title}: share of the image`,
      value: mebibytes(await share(name, image)),
      how: `label io.clawden.size.${name}`,
    },
    {
      name: `${title}: \`docker run\` → /ready`,
      value: milliseconds(ours.ready),
      how: 'one run, empty state',
    },
    {
      name: `${title}: idle memory`,
      value: mebibytes(ours.memory),
      how: 'anonymous memory of its processes after ten idle seconds',
    },
    {
      name: `${title}: first reply through /v1`,
      value: `${milliseconds(ours.first)}; asked by itself ${milliseconds(alone.first)}`,
      how: 'the first turn after the start; a fake model that answers at once',
    },
    {
      name: `${title}: warm reply through /v1`,
      value: `${milliseconds(median(ours.warm))}; asked by itself ${milliseconds(median(alone.warm))}`,
      how: `median of ${turns} turns in one session`,
    },
  ];
}

async function measure(
  stage: Stage,
  { idle }: { idle: number },
): Promise<{ ours: Replies & { ready: number; memory: number }; alone: Replies }> {
  const model = await startModelServer({ host: '0.0.0.0' });
  model.always({ kind: 'text', text: 'a short answer' });
  try {
    return { ours: await inTheImage(stage, model, idle), alone: await byItself(stage, model) };
  } finally {
    await model.close();
  }
}

async function inTheImage(
  { runtime, image, words, turns }: Stage,
  model: ModelServer,
  idle: number,
): Promise<Replies & { ready: number; memory: number }> {
  const { name, defaultPort } = runtime.descriptor;
  const began = performance.now();
  await using container = await startContainer({
    args: [name],
    image,
    port: defaultPort,
    run: words,
    env: {
      CLAWDEN_PROVIDER: 'custom',
      CLAWDEN_BASE_URL: `http://host.docker.internal:${model.port}/v1`,
      CLAWDEN_MODEL: 'fake',
      CLAWDEN_ECHO: '',
    },
  });
  await container.ready(300_000);
  const ready = performance.now() - began;
  const replies = await timed(turns, (text) => ask(container, text, 'bench', 120_000, name));
  await new Promise((resolve) => setTimeout(resolve, idle));
  return { ...replies, ready, memory: await memoryOf(container.id) };
}

async function share(name: string, image: string): Promise<number> {
  const label = `{{index .Config.Labels "io.clawden.size.${name}"}}`;
  return Number((await docker(['image', 'inspect', '-f', label, image])).stdout);
}

/** Of all processes of the container but PID 1 and the relay. */
async function memoryOf(id: string): Promise<number> {
  const { stdout } = await docker(['top', id, '-eo', 'pid,args']);
  const pids = stdout
    .split('\n')
    .slice(1)
    .filter((line) => !/(supervisor|relay)\.cjs/.test(line))
    .map((line) => /^\s*(\d+)/.exec(line)?.[1])
    .filter((pid) => pid !== undefined);
  return pids.reduce((sum, pid) => sum + anonymous(pid), 0);
}

function anonymous(pid: string): number {
  try {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1');
    return Number(/^Anonymous:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0) * 1024;
  } catch {
    return 0; // gone meanwhile
  }
}
