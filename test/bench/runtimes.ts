import { chmodSync, chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Endpoint, MessageApi, Rendered, Runtime } from '../../runtimes/contract.ts';
import { freePort } from '../../supervisor/boot/ports.ts';
import { probe } from '../../supervisor/supervise/probe.ts';
import { type ModelServer, startModelServer } from '../fakes/model-server.ts';
import { ask, startContainer } from '../helpers/container.ts';
import { docker, scratch, until } from '../helpers/docker.ts';
import { type Figure, mebibytes, median, milliseconds } from './figures.ts';

const uid = 10_000;

/** Where a runtime is measured. */
export interface Stage {
  readonly runtime: Runtime;
  readonly image: string;
  /** More words for `docker run`, such as a twin's mount. */
  readonly words: readonly string[];
  readonly turns: number;
}

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

interface Replies {
  readonly first: number;
  readonly warm: readonly number[];
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

/** On the host's network, where its loopback port can be asked by the relay's own client. */
async function byItself({ runtime, image, words, turns }: Stage, model: ModelServer): Promise<Replies> {
  using folder = scratch();
  chmodSync(folder.path, 0o755);
  const rendered = runtime.render(await directInput(runtime, folder.path, model));
  writeAll(runtime, folder.path, rendered);
  const [program = '', ...rest] = rendered.argv;
  const started = await docker([
    'run',
    '-d',
    '--label',
    'io.clawden.test=1',
    '--network',
    'host',
    '-v',
    `${folder.path}:${folder.path}`,
    ...Object.entries({ ...rendered.environment, HOME: folder.path }).flatMap(([key, value]) => [
      '-e',
      `${key}=${value}`,
    ]),
    ...words,
    '--workdir',
    rendered.workingDirectory,
    '--entrypoint',
    program,
    image,
    ...rest,
  ]);
  const id = started.stdout.trim();
  try {
    const { ready } = runtime.descriptor.probes;
    const { port, bearer } = rendered.endpoint;
    const target = { port, path: ready.path, timeout: ready.timeout, expect: ready.expect };
    await until(
      `${runtime.descriptor.name} by itself`,
      async () =>
        (await probe(ready.bearer ? { ...target, bearer } : target)).kind === 'healthy' || undefined,
      300_000,
    ).catch(async (error: unknown) => {
      throw new Error(`${String(error)}\n${(await docker(['logs', id])).all}`);
    });
    return await timed(turns, (text) => askDirectly(runtime.descriptor.name, rendered.endpoint, text));
  } finally {
    await docker(['rm', '-f', '-v', id]);
  }
}

async function directInput(
  runtime: Runtime,
  folder: string,
  model: ModelServer,
): Promise<Parameters<Runtime['render']>[0]> {
  const { name, version } = runtime.descriptor;
  return {
    instance: name,
    version,
    model: 'fake',
    door: { dialect: 'openai', baseUrl: `http://127.0.0.1:${model.port}/v1`, key: 'none' },
    channels: [],
    native: {},
    references: [],
    logLevel: 'info',
    port: await freePort(),
    bearer: 'bearer-of-a-benchmark-0123456789',
    paths: {
      program: `/opt/clawden/runtimes/${name}`,
      state: join(folder, 'state'),
      home: folder,
      workspace: join(folder, 'workspace'),
      rendered: join(folder, 'rendered'),
      secretDoor: '/opt/clawden/bin/door',
    },
    plugins: [],
  };
}

function writeAll({ descriptor }: Runtime, folder: string, rendered: Rendered): void {
  const directories = ['state', 'workspace', ...descriptor.stateDirectories.map((one) => `state/${one}`)];
  const own = (path: string): void => chownSync(path, uid, uid);
  for (const directory of directories) {
    mkdirSync(join(folder, directory), { recursive: true, mode: 0o700 });
    own(join(folder, directory));
  }
  for (const { path, content, mode } of rendered.files) {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    own(dirname(path));
    writeFileSync(path, content, { mode });
    own(path);
  }
  own(folder);
}

async function askDirectly(name: string, endpoint: Endpoint, text: string): Promise<string> {
  const { messages } = (await import(`../../runtimes/${name}/messages.ts`)) as { messages: MessageApi };
  const client = messages.connect(endpoint);
  let reply = '';
  const turn = { session: 'bench', messages: [{ role: 'user', text } as const], origin: 'api' };
  for await (const event of client.send(turn, AbortSignal.timeout(120_000))) {
    if (event.kind === 'delta') reply += event.text;
    if (event.kind === 'error') throw new Error(`${name} by itself: ${event.code} ${event.message}`);
  }
  client.close();
  return reply;
}

async function timed(turns: number, ask: (text: string) => Promise<string>): Promise<Replies> {
  const one = async (text: string): Promise<number> => {
    const began = performance.now();
    const reply = await ask(text);
    if (!reply.includes('a short answer')) throw new Error(`the reply was "${reply}"`);
    return performance.now() - began;
  };
  const first = await one('hello');
  const warm: number[] = [];
  for (let turn = 0; turn < turns; turn += 1) warm.push(await one(`question ${turn}`));
  return { first, warm };
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
