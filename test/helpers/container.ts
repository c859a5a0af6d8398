import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Health } from '../../supervisor/http/health.ts';
import { docker, image, type Outcome, scratch, until } from './docker.ts';

export const testToken = 'test-token-0123456789';

export interface ContainerOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** More words for `docker run`, before the image. */
  readonly run?: readonly string[];
  readonly user?: string;
  readonly memory?: string;
  /** Behaviour of the twin, put in OpenClaw's place; absent: the real program. */
  readonly twin?: Readonly<Record<string, unknown>>;
  /** The same behaviour for a twin that is mounted by other words. */
  readonly steer?: Readonly<Record<string, unknown>>;
  /** Read-only root, no capabilities, no new privileges: the default, since it is what the CLI starts. */
  readonly hardened?: boolean;
  readonly port?: number;
  /** Words that mount a workspace, instead of a fresh folder that everybody may write to. */
  readonly workspace?: readonly string[];
  /** Instead of the image under test. */
  readonly image?: string;
}

export interface TestContainer {
  readonly id: string;
  /** Published on loopback. */
  readonly url: string;
  /** Host folder behind the agent's workspace. */
  readonly workspace: string;
  readonly get: (path: string, headers?: Readonly<Record<string, string>>) => Promise<Response>;
  readonly health: () => Promise<Health>;
  readonly ready: (limit?: number) => Promise<Health>;
  readonly logs: () => Promise<string>;
  readonly exec: (argv: readonly string[], user?: string) => Promise<Outcome>;
  /** Pid, inside the container, of the runtime's main process. */
  readonly runtimePid: () => Promise<number>;
  readonly signal: (pid: number | string, signal: string) => Promise<void>;
  /** Waits for the end and gives the exit code. */
  readonly exitCode: (limit?: number) => Promise<number>;
  readonly stop: (seconds?: number) => Promise<number>;
  /** Starts it anew after its end, with the same volumes; its published port may be another one then. */
  readonly startAgain: () => Promise<void>;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
}

/** Starts a container of the image under test and gives it a handle that removes it again. */
export async function startContainer(options: ContainerOptions = {}): Promise<TestContainer> {
  const folder = scratch();
  const workspace = join(folder.path, 'workspace');
  mkdirSync(workspace);
  chmodSync(workspace, 0o777);
  const behaviour = options.twin ?? options.steer;
  if (behaviour) writeFileSync(join(workspace, 'twin.json'), JSON.stringify(behaviour));
  const started = await docker(runWords(options, workspace));
  if (started.code !== 0) throw new Error(`docker run failed: ${started.all}`);
  const id = started.stdout.trim().slice(0, 12);
  const port = options.port ?? 18789;
  const published = async (): Promise<string> => {
    const { stdout } = await docker(['port', id, `${port}/tcp`]);
    return `http://127.0.0.1:${stdout.split('\n')[0]?.split(':').pop() ?? ''}`;
  };
  let url = await published();
  const get: TestContainer['get'] = (path, headers = {}) =>
    fetch(`${url}${path}`, { headers, signal: AbortSignal.timeout(10_000) });
  const health = async (): Promise<Health> => (await (await get('/health')).json()) as Health;
  const logs = async (): Promise<string> => (await docker(['logs', id])).all;
  const exec: TestContainer['exec'] = (argv, user) =>
    docker(['exec', ...(user ? ['--user', user] : []), id, ...argv]);

  return {
    id,
    get url() {
      return url;
    },
    workspace,
    get,
    health,
    logs,
    exec,
    ready: async (limit = 120_000) => {
      try {
        return await until(
          'ready',
          async () => ((await get('/ready')).ok ? await health() : undefined),
          limit,
        );
      } catch (error) {
        throw new Error(`${String(error)}\n${await logs()}`);
      }
    },
    runtimePid: () =>
      until('the runtime process', async () => {
        const answer = await get('/clawden/v1/status', { authorization: `Bearer ${testToken}` });
        return ((await answer.json()) as { runtimePid: number | null }).runtimePid ?? undefined;
      }),
    signal: async (pid, signal) => void (await exec(['sh', '-c', `kill -${signal} ${pid}`])),
    exitCode: (limit = 120_000) =>
      until(
        'the end of the container',
        async () => {
          const state = await docker(['inspect', '-f', '{{.State.Status}} {{.State.ExitCode}}', id]);
          const [status, code] = state.stdout.trim().split(' ');
          return status === 'exited' ? Number(code) : undefined;
        },
        limit,
      ),
    stop: async (seconds = 60) => {
      await docker(['stop', '-t', String(seconds), id]);
      return Number((await docker(['inspect', '-f', '{{.State.ExitCode}}', id])).stdout);
    },
    startAgain: async () => {
      await docker(['start', id]);
      url = await published();
    },
    [Symbol.asyncDispose]: async () => {
      await docker(['rm', '-f', '-v', id]);
      folder[Symbol.dispose]();
    },
  };
}

const twinFile = new URL('../fakes/openclaw-twin.mjs', import.meta.url).pathname;

function runWords(options: ContainerOptions, workspace: string): string[] {
  const { env = {}, args = ['openclaw'], run = [], user, memory, hardened = true, port = 18789 } = options;
  const environment = { CLAWDEN_TOKEN: testToken, CLAWDEN_ECHO: 'scripted', ...env };
  return [
    'run',
    '-d',
    '--label',
    'io.clawden.test=1',
    '-p',
    `127.0.0.1::${port}`,
    '--add-host',
    'host.docker.internal:host-gateway',
    ...(options.workspace ?? ['-v', `${workspace}:/home/clawden/workspace`]),
    ...Object.entries(environment).flatMap(([name, value]) => (value ? ['-e', `${name}=${value}`] : [])),
    ...(hardened ? hardening : []),
    ...(user ? ['--user', user] : []),
    ...(memory ? ['--memory', memory, '--memory-swap', memory] : []),
    ...(options.twin
      ? ['-v', `${twinFile}:/opt/clawden/runtimes/openclaw/node_modules/openclaw/openclaw.mjs:ro`]
      : []),
    ...run,
    options.image ?? image,
    ...args,
  ];
}

export const hardening: readonly string[] = [
  '--read-only',
  '--cap-drop',
  'ALL',
  '--security-opt',
  'no-new-privileges',
  '--tmpfs',
  '/tmp:mode=1777',
  '--tmpfs',
  '/run/clawden:mode=1777',
];

/** One question through /v1 in the container; the reply's text. */
export async function ask(
  container: TestContainer,
  text: string,
  session = 'test',
  limit = 120_000,
  model = 'openclaw',
): Promise<string> {
  const response = await fetch(`${container.url}/v1/chat/completions`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${testToken}`,
      'x-clawden-session': session,
    },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: text }] }),
    signal: AbortSignal.timeout(limit),
  });
  const body = (await response.json()) as {
    choices?: { message: { content: string } }[];
    error?: { message: string; code: string };
  };
  if (!response.ok) throw new Error(`${response.status} ${body.error?.code}: ${body.error?.message}`);
  return body.choices?.[0]?.message.content ?? '';
}
