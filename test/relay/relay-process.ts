import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, globSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { build } from 'esbuild';
import { relayAlias } from '../../scripts/relay-alias.mjs';
import { createLines } from '../../supervisor/relay/link.ts';
import type { FromRelay, RelaySetup, ToRelay } from '../../supervisor/relay/protocol.ts';

const root = join(import.meta.dirname, '..', '..');

/** The relay as PID 1 runs it: the bundle, a clean environment, a socket pair on file descriptor 3. */
export interface RelayProcess {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly setup: RelaySetup;
  /** Base URL of the model door, without a path. */
  readonly door: string;
  /** Base URL of `/v1`, through a pipe that does what PID 1 does. */
  readonly api: string;
  readonly received: readonly FromRelay[];
  readonly send: (message: ToRelay) => void;
  /** The first message of that kind that fits, past or to come. */
  readonly message: <K extends FromRelay['kind']>(
    kind: K,
    fits?: (message: Of<K>) => boolean,
  ) => Promise<Of<K>>;
  /** What it wrote on its standard output and error. */
  readonly output: () => string;
  readonly stop: () => Promise<void>;
}

type Of<K extends FromRelay['kind']> = Extract<FromRelay, { kind: K }>;

export interface RelayOptions {
  readonly setup?: Partial<RelaySetup>;
  readonly environment?: NodeJS.ProcessEnv;
}

const flags = ['--disable-sigusr1', '--disable-warning=ExperimentalWarning'];

/** The bare process, to which nothing has been said yet. */
export async function spawnRelay(environment: NodeJS.ProcessEnv = {}, uid?: number): Promise<ChildProcess> {
  return spawn(process.execPath, [...flags, await relayBundle()], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], ...environment },
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
}

export async function startRelay(options: RelayOptions = {}): Promise<RelayProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'clawden-relay-'));
  const setup: RelaySetup = {
    instance: 'openclaw',
    runtime: 'openclaw',
    socket: join(folder, 'relay.sock'),
    internalKey: 'internal-key',
    door: { port: await freePort(), key: 'placeholder-key', dialect: 'openai' },
    upstream: { kind: 'echo' },
    scriptedEcho: false,
    doorOnly: false,
    channels: [],
    state: join(folder, 'state'),
    workspace: join(folder, 'workspace'),
    ...options.setup,
  };
  const child = await spawnRelay(options.environment);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += chunk));

  const link = child.stdio[3] as Socket;
  const mail = createMail();
  link.setEncoding('utf8').on(
    'data',
    createLines((line) => mail.put(JSON.parse(line) as FromRelay)),
  );
  link.on('error', () => undefined);
  const send = (message: ToRelay): void => void link.write(`${JSON.stringify(message)}\n`);
  send({ kind: 'start', setup });
  await Promise.race([
    mail.take('listening', () => true),
    once(child, 'exit').then(() => Promise.reject(new Error(`the relay ended: ${output}`))),
  ]);
  const pipe = await openPipe(setup);
  return {
    child,
    pid: child.pid ?? 0,
    setup,
    door: `http://127.0.0.1:${setup.door.port}`,
    api: `http://127.0.0.1:${pipe.port}/v1`,
    received: mail.all,
    send,
    message: (kind, fits = () => true) => mail.take(kind, fits),
    output: () => output,
    stop: async () => {
      pipe.close();
      link.destroy();
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Messages of the relay, and those who wait for one. */
function createMail() {
  const all: FromRelay[] = [];
  const waiting = new Set<() => void>();
  return {
    all,
    put: (message: FromRelay): void => {
      all.push(message);
      for (const look of [...waiting]) look();
    },
    take: <K extends FromRelay['kind']>(kind: K, fits: (message: Of<K>) => boolean): Promise<Of<K>> =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = all.find((one): one is Of<K> => one.kind === kind && fits(one as Of<K>));
          if (!found) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
  };
}

/** As PID 1 forwards `/v1`: adds the internal key, pipes both ways, hangs up when the client does. */
async function openPipe(setup: RelaySetup): Promise<{ port: number; close: () => void }> {
  const server = createServer((incoming, outgoing) => {
    const headers = { ...incoming.headers, 'x-clawden-internal': setup.internalKey };
    const { method, url: path } = incoming;
    const onward = httpRequest({ socketPath: setup.socket, method, path, headers, agent: false });
    onward.on('response', (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      outgoing.flushHeaders();
      answer.pipe(outgoing);
      answer.on('error', () => outgoing.destroy());
    });
    onward.on('error', () => outgoing.destroy());
    outgoing.on('close', () => outgoing.writableFinished || onward.destroy());
    incoming.pipe(onward);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

export async function freePort(): Promise<number> {
  const server = createTcpServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

let bundled: Promise<string> | undefined;

/** The relay's bundle as the image holds it, where `koffi` can be found from; and one more adapter, for tests. */
export function relayBundle(): Promise<string> {
  bundled ??= bundle();
  return bundled;
}

async function bundle(): Promise<string> {
  const types = globSync('supervisor/channels/*/adapter.ts', { cwd: root });
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [
      { in: 'supervisor/relay/main.ts', out: 'relay' },
      ...types.map((file) => ({ in: file, out: `adapters/${basename(dirname(file))}` })),
      { in: 'test/fakes/plain/adapter.ts', out: 'adapters/plain' },
    ],
    outdir: '/',
    outExtension: { '.js': '.cjs' },
    write: false,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node24',
    external: ['koffi'],
    alias: relayAlias,
    logLevel: 'error',
    logOverride: { 'empty-import-meta': 'silent' },
  });
  // Named by its content: test processes share it, and nobody has to clean up after one that was killed.
  const hash = createHash('sha256');
  for (const { path, contents } of outputFiles) hash.update(path).update(contents);
  const name = `relay-${hash.digest('hex').slice(0, 16)}`;
  const folder = join(root, 'node_modules', '.cache', 'clawden-test', name);
  if (existsSync(folder)) return join(folder, 'relay.cjs');
  const made = `${folder}.${process.pid}`;
  mkdirSync(join(made, 'adapters'), { recursive: true });
  for (const { path, contents } of outputFiles) writeFileSync(join(made, path), contents);
  try {
    renameSync(made, folder);
  } catch {
    // Another test process was faster.
    rmSync(made, { recursive: true, force: true });
  }
  return join(folder, 'relay.cjs');
}
