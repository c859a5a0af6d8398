import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  linkSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { CliError } from './errors.ts';
import { quoted } from './mounts.ts';

export interface Project {
  readonly directory: string;
  /** Short and the same from every way that leads to the directory; part of container and volume names. */
  readonly id: string;
}

/** The project that a directory is. */
export function openProject(directory: string): Project {
  try {
    const real = realpathSync(directory);
    if (!statSync(real).isDirectory()) throw Object.assign(new Error('ENOTDIR'), { code: 'ENOTDIR' });
    return { directory: real, id: createHash('sha256').update(real).digest('hex').slice(0, 8) };
  } catch (error) {
    throw new CliError('directory-missing', { directory, reason: reasonOf(error) });
  }
}

export function tokenFile(project: Project): string {
  return join(project.directory, '.clawden', 'token');
}

/** The project's token, made at the first call. */
export function ensureToken(project: Project): string {
  const file = tokenFile(project);
  try {
    keepPrivateDirectory(project);
    return existingToken(file) ?? makeToken(file);
  } catch (error) {
    throw new CliError('project-read-only', { file, reason: reasonOf(error) });
  }
}

/** The project's token if there is one. */
export function readToken(project: Project): string | undefined {
  const file = tokenFile(project);
  try {
    return existingToken(file);
  } catch (error) {
    throw new CliError('token-unreadable', {
      file,
      reason: reasonOf(error),
      directory: quoted(dirname(file)),
    });
  }
}

/** Keeps a text of ours beside the token, readable by its owner only. Returns the path. */
export function keepFile(project: Project, name: string, text: string): string {
  keepPrivateDirectory(project);
  const file = join(project.directory, '.clawden', name);
  writeFileSync(file, text, { mode: 0o600 });
  return file;
}

export function reasonOf(error: unknown): string {
  const { code } = Object(error) as { code?: unknown };
  if (typeof code === 'string') return code;
  return error instanceof Error ? error.message : String(error);
}

/** `.clawden` of the project: for its owner only, and not for git. */
export function keepPrivateDirectory(project: Project): void {
  const directory = join(project.directory, '.clawden');
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  // One that was copied or unpacked has the modes of that.
  if ((statSync(directory).mode & 0o077) !== 0) chmodSync(directory, 0o700);
  try {
    writeFileSync(join(directory, '.gitignore'), '*\n', { flag: 'wx' });
  } catch (error) {
    if (reasonOf(error) !== 'EEXIST') throw error;
  }
}

function existingToken(file: string): string | undefined {
  try {
    if ((statSync(file).mode & 0o077) !== 0) chmodSync(file, 0o600);
    return readFileSync(file, 'utf8').trim() || undefined;
  } catch (error) {
    if (reasonOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

// Written aside and linked into place: of two starts at once both read one whole token.
function makeToken(file: string): string {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600 });
  try {
    linkSync(draft, file);
  } catch (error) {
    if (reasonOf(error) !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  const token = existingToken(file);
  if (token !== undefined) return token;
  rmSync(file, { force: true });
  return makeToken(file);
}
