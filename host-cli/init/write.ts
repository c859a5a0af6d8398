import {
  chmodSync,
  existsSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { CliError } from '../errors.ts';
import { reasonOf } from '../project.ts';

export interface FileToWrite {
  readonly path: string;
  readonly content: string;
  readonly mode: number;
}

/**
 * All of the files or none: each is written beside its place, and only when all are there they take their places. A link
 * stays one, what it names is replaced.
 */
export function writeAll(files: readonly FileToWrite[]): void {
  const begun: Draft[] = [];
  let at = '';
  try {
    for (const { path, content, mode } of files) {
      at = path;
      const target = existsSync(path) ? realpathSync(path) : path;
      const before = existsSync(target) ? readFileSync(target) : undefined;
      const draft = { file: `${target}.${process.pid}.tmp`, target, before, placed: false };
      begun.push(draft);
      writeFileSync(draft.file, content, { flag: 'wx', mode });
      chmodSync(draft.file, mode);
    }
    for (const draft of begun) {
      at = draft.target;
      renameSync(draft.file, draft.target);
      draft.placed = true;
    }
  } catch (error) {
    for (const draft of begun) undo(draft);
    throw unwritable(at, error);
  }
}

interface Draft {
  readonly file: string;
  readonly target: string;
  /** What was there; undefined: nothing. */
  readonly before: Buffer | undefined;
  placed: boolean;
}

function undo({ file, target, before, placed }: Draft): void {
  rmSync(file, { force: true });
  if (!placed) return;
  if (before === undefined) rmSync(target, { force: true });
  else writeFileSync(target, before);
}

export function unwritable(file: string, error: unknown): CliError {
  const reason = reasonOf(error);
  const next =
    reason === 'ENOSPC' || reason === 'EDQUOT'
      ? `make room: df -h '${dirname(file)}'`
      : 'use a folder of yours: --project-directory DIR';
  return new CliError('init-unwritable', { file, reason, next });
}
