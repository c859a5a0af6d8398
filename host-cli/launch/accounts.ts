import { existsSync } from 'node:fs';
import type { Container } from '../engine-records.ts';
import { CliError } from '../errors.ts';
import { quoted } from '../mounts.ts';
import { bareProgram } from '../program.ts';
import type { Conflict } from './reconcile.ts';

/** One token, one instance: of two pollers each loses messages to the other. */
export function refuseConflicts(conflicts: readonly Conflict[], directory: string): void {
  const [first] = conflicts;
  if (!first) return;
  const sentences = conflicts.map(
    ({ instance, type, holder }) =>
      `${instance}: its ${type} account is in use by ${placed(holder, directory)}`,
  );
  throw new CliError(
    'account-held',
    { sentences: sentences.join('; '), stop: stopLine(first.holder, directory) },
    { details: sentences.length > 1 ? sentences : [] },
  );
}

function placed({ instance, directory }: Container, here: string): string {
  if (directory === here) return `${instance} of this project`;
  return `${instance} in ${directory || 'another project'}`;
}

function stopLine({ instance, directory, name }: Container, here: string): string {
  if (directory === here) return `{clawden} stop ${instance}`;
  // One of an older version, of a folder that was moved since, or of another user's: only the engine can tell it to stop.
  if (directory === '' || !existsSync(directory)) return `docker stop ${name}`;
  return `${bareProgram()} stop ${instance} --project-directory ${quoted(directory)}`;
}
