import { constants as access, accessSync, existsSync, statSync } from 'node:fs';
import { constants } from 'node:os';

export type Exit =
  | { readonly kind: 'code'; readonly code: number }
  | { readonly kind: 'signal'; readonly signal: NodeJS.Signals }
  | {
      readonly kind: 'failed';
      readonly reason: StartFailure;
      readonly code: 126 | 127;
      readonly detail: string;
    };

/** Why a program never ran. */
export type StartFailure =
  | 'not-found'
  | 'not-executable'
  /** The script exists, the interpreter in its first line (or the dynamic loader) does not. */
  | 'no-interpreter'
  | 'no-directory'
  /** Process, file or memory limit: EAGAIN, EMFILE, ENFILE, ENOMEM. */
  | 'resources'
  /** E2BIG, a NUL byte: the kernel or Node refused the arguments. */
  | 'arguments'
  | 'other';

/** What a shell would put into `$?`: 128+n for signals, 127 when there is no such program, 126 when it cannot run. */
export function exitCode(exit: Exit): number {
  switch (exit.kind) {
    case 'code':
    case 'failed':
      return exit.code;
    case 'signal':
      return 128 + constants.signals[exit.signal];
    default: {
      const never: never = exit;
      return never;
    }
  }
}

/** Turns the error of `spawn` into a failed exit; ENOENT has three meanings, told apart by looking. */
export function failedExit(error: unknown, argv: readonly string[], cwd: string): Exit {
  const program = argv[0] ?? '';
  const detail = error instanceof Error ? error.message : String(error);
  const reason = failureReason(errorCode(error), program, cwd);
  return { kind: 'failed', reason, code: reason === 'not-found' ? 127 : 126, detail };
}

function failureReason(code: string, program: string, cwd: string): StartFailure {
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      if (!canEnter(cwd)) return 'no-directory';
      return program.includes('/') && existsSync(program) ? 'no-interpreter' : 'not-found';
    case 'EACCES':
      return canEnter(cwd) ? 'not-executable' : 'no-directory';
    case 'EPERM':
    case 'ENOEXEC':
    case 'ETXTBSY':
    case 'ELIBBAD':
    case 'EISDIR':
      return 'not-executable';
    case 'EAGAIN':
    case 'EMFILE':
    case 'ENFILE':
    case 'ENOMEM':
      return 'resources';
    case 'E2BIG':
    case 'ERR_INVALID_ARG_VALUE':
    case 'ERR_INVALID_ARG_TYPE':
      return 'arguments';
    default:
      return 'other';
  }
}

function errorCode(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}

function canEnter(path: string): boolean {
  try {
    accessSync(path, access.X_OK);
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
