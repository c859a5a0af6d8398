import { chmodSync, chownSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Workspace, WorkspaceRequest } from '../../host-cli/workspace.ts';

/** A user of this machine that needs no account: where the tests run as root one is made up, else it is whoever runs them. */
export interface User {
  readonly uid: number;
  readonly gid: number;
  readonly groups?: readonly number[];
}

export const isRoot = process.getuid?.() === 0;

export const somebody: User = isRoot
  ? { uid: 23_456, gid: 23_457 }
  : { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };

export interface Prepared extends Partial<Workspace> {
  readonly error?: {
    readonly code: string;
    readonly message: string;
    readonly fix: string;
    readonly exit: number;
  };
}

/** A project directory that belongs to the user. */
export function projectOf(user: User): {
  readonly path: string;
  readonly request: (more?: Partial<WorkspaceRequest>) => Omit<WorkspaceRequest, 'caller'>;
  readonly [Symbol.dispose]: () => void;
} {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'clawden-project-')));
  chmodSync(folder, 0o755);
  const path = join(folder, 'my "own", project');
  mkdirSync(path);
  if (isRoot) chownSync(path, user.uid, user.gid);
  return {
    path,
    request: (more = {}) => ({
      instance: 'openclaw',
      alone: true,
      written: undefined,
      projectDirectory: path,
      fileDirectory: path,
      home: join(folder, 'home'),
      mapping: 'same',
      ...more,
    }),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** `prepareWorkspace` in a process of that user. */
export async function prepareAs(user: User, request: Omit<WorkspaceRequest, 'caller'>): Promise<Prepared> {
  const driver = new URL('workspace-driver.ts', import.meta.url).pathname;
  const input = JSON.stringify({ ...(isRoot ? { as: user } : {}), request });
  const { stdout } = await execa(process.execPath, ['--no-warnings', driver], { input });
  return JSON.parse(stdout) as Prepared;
}

/** A script in a shell of that user; its output, errors included. */
export async function shellAs(user: User, cwd: string, script: string): Promise<string> {
  const become = isRoot ? { uid: user.uid, gid: user.gid } : {};
  const { all } = await execa('/bin/sh', ['-c', script], { ...become, cwd, all: true, reject: false });
  return all;
}

/** The line of an error, typed as root would: `sudo` left out, the ids those of the user. */
export async function typedBySudo(user: User, cwd: string, line: string): Promise<void> {
  const [first = ''] = line.split('   or ');
  const script = first
    .replace('sudo ', '')
    .replace('$(id -u)', `${user.uid}`)
    .replace('$(id -g)', `${user.gid}`);
  await execa('/bin/sh', ['-c', script], { cwd });
}
