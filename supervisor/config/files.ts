import { readdirSync, readFileSync, statSync } from 'node:fs';
import { type Problem, problem } from '../errors/problem.ts';
import type { ConfigFile, Variables } from './types.ts';
import type { FileRead, SecretFiles } from './variables/doors.ts';
import { defaultConfigPath, defaultsPath } from './variables/known.ts';

/** A ConfigMap cannot be larger either; a mistaken mount of a log must not end up in memory. */
const largest = 1024 * 1024;

/** The real files, for the entry. */
export const realFiles: SecretFiles = { read: readTextFile, list: namesIn };

export interface FoundFile {
  readonly file?: ConfigFile;
  readonly problems: readonly Problem[];
}

/** clawden.yaml, if there is one. A path the user named must exist; the default one need not. */
export function findConfigFile(variables: Variables, files: SecretFiles, uid: number): FoundFile {
  const named = variables.get('CLAWDEN_CONFIG');
  const path = named?.value ?? defaultConfigPath;
  const read = files.read(path);
  switch (read.kind) {
    case 'text':
      return { file: { path: named ? path : 'clawden.yaml', text: read.text }, problems: [] };
    case 'missing':
      return { problems: named ? [unreadable(path, 'there is no such file', uid, variables)] : [] };
    case 'unreadable':
      return { problems: [unreadable(path, read.reason, uid, variables)] };
    default: {
      const never: never = read;
      return never;
    }
  }
}

/** Site defaults, if there are any. As the image has them they are comments: not worth loading what reads TOML. */
export function findDefaults(files: SecretFiles, uid: number): FoundFile {
  const path = defaultsPath;
  const read = files.read(path);
  switch (read.kind) {
    case 'text':
      if (read.text.split('\n').every((line) => /^\s*(#|$)/.test(line))) return { problems: [] };
      return { file: { path, text: read.text }, problems: [] };
    case 'missing':
      return { problems: [] };
    case 'unreadable':
      return { problems: [problem('file-unreadable', { file: path, reason: read.reason, uid })] };
    default: {
      const never: never = read;
      return never;
    }
  }
}

function unreadable(file: string, reason: string, uid: number, variables: Variables): Problem {
  return problem('file-unreadable', { file, reason, uid }, variables.get('CLAWDEN_CONFIG')?.origin);
}

function readTextFile(path: string): FileRead {
  try {
    const stats = statSync(path);
    // The engine makes a directory where the left side of -v does not exist.
    if (stats.isDirectory())
      return { kind: 'unreadable', reason: 'it is a directory; did the mounted file exist?' };
    if (stats.size > largest) return { kind: 'unreadable', reason: 'it is larger than 1 MiB' };
    return { kind: 'text', text: readFileSync(path, 'utf8') };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    return code === 'ENOENT' || code === 'ENOTDIR'
      ? { kind: 'missing' }
      : { kind: 'unreadable', reason: code };
  }
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    // Absent is the usual case; some engines mount /run/secrets for root only.
    return [];
  }
}
