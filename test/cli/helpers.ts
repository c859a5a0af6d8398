import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { version } from '../../host-cli/version.ts';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
/** Checkouts that share an engine each name their own. */
export const STAND_IN = process.env.CLAWDEN_TEST_STAND_IN ?? 'clawden-stand-in:test';

/** Bundles the command as it is shipped; returns the file. The folder is inside the checkout, as dist/ is. */
export async function bundle(): Promise<string> {
  const directory = join(root, 'dist', 'test-cli');
  mkdirSync(directory, { recursive: true });
  const out = mkdtempSync(join(directory, 'run-'));
  await execa(process.execPath, [join(root, 'scripts', 'build.mjs'), 'cli', '--out', out]);
  return join(out, 'clawden.mjs');
}

export interface Typed {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that has not ended yet. */
export interface Going {
  signal(name: NodeJS.Signals): void;
  printed(): string;
  readonly done: Promise<Typed>;
}

/** A command that somebody types to. */
export interface OnTerminal {
  type(keys: string): void;
  /** Without escape sequences and carriage returns. */
  printed(): string;
  readonly exitCode: Promise<number | undefined>;
}

export interface Workplace {
  readonly directory: string;
  /** The command typed in the project directory, without a terminal. */
  type(argv: readonly string[], more?: TypeOptions): Promise<Typed>;
  /** The same, still going on. */
  begin(argv: readonly string[], more?: TypeOptions): Going;
  /** The same on a pseudo terminal, as util-linux's `script` makes one; without `columns` it has no size. */
  onTerminal(argv: readonly string[], columns?: number): Promise<string>;
  /** The same, typed to while it goes on. */
  beginOnTerminal(argv: readonly string[], more?: Pick<TypeOptions, 'env'>): OnTerminal;
  write(name: string, text: string): string;
  remove(): void;
}

export interface TypeOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly input?: string;
}

/** A project directory of its own. Variables that this machine happens to have do not leak in. */
export function workplace(script: string, node: string = process.execPath): Workplace {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'clawden-cli-')));
  const begin = (argv: readonly string[], more: TypeOptions = {}): Going => {
    const { PATH = '', HOME = '', DOCKER_HOST } = process.env;
    const child = execa(node, [script, ...argv], {
      cwd: directory,
      reject: false,
      extendEnv: false,
      env: { PATH, HOME, ...(DOCKER_HOST ? { DOCKER_HOST } : {}), ...more.env },
      input: more.input ?? '',
    });
    let printed = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: unknown) => {
        printed += String(chunk);
      });
    }
    return {
      signal: (name) => void child.kill(name),
      printed: () => printed,
      done: child.then(({ exitCode, stdout, stderr }) => ({ exitCode, stdout, stderr })),
    };
  };
  return {
    directory,
    begin,
    type: (argv, more) => begin(argv, more).done,
    onTerminal: async (argv, columns) => {
      const line = [node, script, ...argv].map((word) => `'${word}'`).join(' ');
      const sized = columns === undefined ? line : `stty cols ${columns}; ${line}`;
      const { PATH = '', HOME = '', DOCKER_HOST } = process.env;
      const { stdout } = await execa('script', ['-qec', sized, '/dev/null'], {
        cwd: directory,
        extendEnv: false,
        env: { PATH, HOME, TERM: 'xterm', NO_COLOR: '1', ...(DOCKER_HOST ? { DOCKER_HOST } : {}) },
        stdin: 'ignore',
        reject: false,
      });
      return stdout;
    },
    beginOnTerminal: (argv, more = {}) => {
      const line = [node, script, ...argv].map((word) => `'${word}'`).join(' ');
      const { PATH = '', HOME = '', DOCKER_HOST } = process.env;
      const child = execa('script', ['-qec', `stty cols 80 rows 24; ${line}`, '/dev/null'], {
        cwd: directory,
        extendEnv: false,
        env: {
          PATH,
          HOME,
          TERM: 'xterm',
          NO_COLOR: '1',
          ...(DOCKER_HOST ? { DOCKER_HOST } : {}),
          ...more.env,
        },
        reject: false,
      });
      let printed = '';
      child.stdout.on('data', (chunk: unknown) => {
        printed += String(chunk);
      });
      return {
        type: (keys) => void child.stdin.write(keys),
        printed: () => printed.replace(/\u001b\[[\d;?]*[A-Za-z]|\r/g, ''),
        exitCode: child.then(({ exitCode }) => exitCode),
      };
    },
    write: (name, text) => {
      const file = join(directory, name);
      writeFileSync(file, text);
      return file;
    },
    remove: () => {
      for (const each of [directory, dirname(script)]) rmSync(each, { recursive: true, force: true });
    },
  };
}

/** An engine command that writes down its arguments before it does its work. */
export function recordingEngine(place: Workplace): { readonly command: string; readonly record: string } {
  const record = join(place.directory, 'engine-arguments');
  const command = place.write(
    'engine.sh',
    `#!/bin/sh\nprintf '%s\\n' "$@" >>'${record}'\nexec docker "$@"\n`,
  );
  chmodSync(command, 0o755);
  return { command, record };
}

export async function docker(...argv: readonly string[]): Promise<string> {
  const { stdout } = await execa('docker', argv, { reject: false });
  return stdout;
}

/** Waits until it is so, at most ten seconds. */
export async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const limit = Date.now() + 30_000;
  while (!(await isSo())) {
    if (Date.now() > limit) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Makes the stand-in image on whatever Node base this machine has. */
export async function standIn(): Promise<void> {
  const base = (await execa('sh', [join(root, 'scripts', 'base.sh')])).stdout.trim();
  const context = join(root, 'test', 'cli', 'fixtures', 'stand-in');
  const build = [
    '--build-arg',
    `BASE=${base}`,
    '--build-arg',
    `VERSION=${version()}`,
    '-t',
    STAND_IN,
    context,
  ];
  await execa('sh', [join(root, 'scripts', 'buildkit.sh'), '-q', ...build]);
}

/** Containers and volumes of a project. */
export async function removeProject(id: string): Promise<void> {
  const lines = async (...argv: string[]): Promise<string[]> =>
    (await docker(...argv)).split('\n').filter(Boolean);
  for (const each of await lines('ps', '-aq', '--filter', `label=io.clawden.project=${id}`)) {
    await docker('rm', '-f', '-v', each);
  }
  for (const each of await lines('volume', 'ls', '-q', '--filter', `name=clawden-${id}-`)) {
    await docker('volume', 'rm', each);
  }
}
