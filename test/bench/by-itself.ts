import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Endpoint, MessageApi, Rendered, Runtime } from '../../runtimes/contract.ts';
import { inputOf } from '../../runtimes/testing.ts';
import { freePort } from '../../supervisor/boot/ports.ts';
import { probe } from '../../supervisor/supervise/probe.ts';
import type { ModelServer } from '../fakes/model-server.ts';
import { docker, scratch, until } from '../helpers/docker.ts';
import { type Replies, type Stage, timed } from './turns.ts';

const uid = 10_000;

/** On the host's network, where its loopback port can be asked by the relay's own client. */
export async function byItself(
  { runtime, image, words, turns }: Stage,
  model: ModelServer,
): Promise<Replies> {
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
  const base = inputOf(runtime.descriptor);
  return {
    ...base,
    model: 'fake',
    door: { dialect: 'openai', baseUrl: `http://127.0.0.1:${model.port}/v1`, key: 'none' },
    port: await freePort(),
    bearer: 'bearer-of-a-benchmark-0123456789',
    paths: {
      ...base.paths,
      state: join(folder, 'state'),
      home: folder,
      workspace: join(folder, 'workspace'),
      rendered: join(folder, 'rendered'),
    },
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
    writeFileSync(path, mode & 0o100 ? doorOf(rendered) : content, { mode });
    own(path);
  }
  own(folder);
}

/** In the place of PID 1's secret door, for the one runtime that asks there. */
function doorOf({ oneTimeSecrets = {} }: Rendered): string {
  return `#!/usr/local/bin/node
    let text = '';
    process.stdin.on('data', (chunk) => (text += chunk)).on('end', () => {
      const secrets = ${JSON.stringify(oneTimeSecrets)};
      const values = Object.fromEntries(JSON.parse(text).ids.map((id) => [id, secrets[id]]));
      console.log(JSON.stringify({ protocolVersion: 1, values, errors: {} }));
    });
  `;
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
