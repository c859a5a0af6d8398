import { type Problem, problem } from '../../errors/problem.ts';
import type { Origin, Variable } from '../types.ts';

/** Files as the doors need them; only the entry makes the real one. */
export interface SecretFiles {
  readonly read: (path: string) => FileRead;
  /** Names in a directory; empty where there is none. */
  readonly list: (directory: string) => readonly string[];
}

export type FileRead =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'unreadable'; readonly reason: string };

export type Opened = { readonly variable?: Variable; readonly problem?: Problem };

export interface Doorway {
  /** The variable itself or an `-e` argument, empty ones left out. */
  readonly direct: (name: string) => Variable | undefined;
  readonly directory: string;
  readonly inDirectory: ReadonlySet<string>;
  readonly files: SecretFiles;
}

/** A secret through whichever of its three doors is open; two open ones are an error, never a choice of ours. */
export function open(name: string, way: Doorway): Opened {
  const direct = way.direct(name);
  const pointer = way.direct(`${name}_FILE`);
  const file = way.inDirectory.has(name) ? `${way.directory}/${name}` : undefined;
  const doors = [
    ...(direct ? [`variable ${name}`] : []),
    ...(pointer ? [`variable ${name}_FILE`] : []),
    ...(file ? [`file ${file}`] : []),
  ];
  const [first, ...others] = doors;
  if (first && others.length > 0) {
    const where = (direct ?? pointer)?.origin;
    return { problem: problem('two-doors', { name, first, second: others.join(' and ') }, where) };
  }
  if (direct) return { variable: direct };
  if (pointer) return fromPointer(name, pointer, way.files);
  return file ? fromDirectory(name, file, way.files) : {};
}

function fromPointer(name: string, pointer: Variable, files: SecretFiles): Opened {
  const file = pointer.value;
  const read = files.read(file);
  const reason = refusal(read) ?? (content(read) === '' ? 'it is empty' : undefined);
  if (reason) return { problem: problem('secret-file-missing', { name, file, reason }, pointer.origin) };
  return { variable: { value: content(read), origin: fileOrigin(name, file) } };
}

function fromDirectory(name: string, file: string, files: SecretFiles): Opened {
  const read = files.read(file);
  const origin = fileOrigin(name, file);
  const reason = refusal(read);
  if (reason) return { problem: problem('secret-file-unreadable', { name, file, reason }, origin) };
  const value = content(read);
  return value === '' ? {} : { variable: { value, origin } };
}

function refusal(read: FileRead): string | undefined {
  switch (read.kind) {
    case 'text':
      return undefined;
    case 'missing':
      return 'there is no such file';
    case 'unreadable':
      return read.reason;
    default: {
      const never: never = read;
      return never;
    }
  }
}

/** Editors and `echo` end a file with a newline that is not part of the secret. */
function content(read: FileRead): string {
  return read.kind === 'text' ? read.text.replace(/[\r\n]+$/, '') : '';
}

function fileOrigin(name: string, file: string): Origin {
  return { kind: 'secret-file', name, file };
}
