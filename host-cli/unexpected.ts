import { CliError } from './errors.ts';

/**
 * Whatever was thrown, as something to show a person. What the catalogue does not know is a mistake of ours: one line,
 * and the stack only with CLAWDEN_DEBUG=1.
 */
export function asCliError(error: unknown, environment: NodeJS.ProcessEnv): CliError {
  if (error instanceof CliError) return error;
  const thrown = error instanceof Error ? error : new Error(String(error));
  const shown = Boolean(environment.CLAWDEN_DEBUG);
  const debug = shown ? '' : 'CLAWDEN_DEBUG=1 before the same line shows where; ';
  const details = shown ? (thrown.stack ?? String(thrown)).split('\n') : [];
  return new CliError('unexpected', { detail: oneLine(thrown), debug }, { details });
}

function oneLine({ name, message }: Error): string {
  return `${name}: ${message}`.replace(/\s+/g, ' ').slice(0, 300);
}
