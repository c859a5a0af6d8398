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
  const details = shown ? withoutText(thrown.stack ?? String(thrown)).split('\n') : [];
  return new CliError('unexpected', { detail: oneLine(thrown), debug }, { details });
}

function oneLine({ name, message }: Error): string {
  return withoutText(`${name}: ${message}`).replace(/\s+/g, ' ').slice(0, 300);
}

/** V8 quotes the text that it could not parse; what an engine says of a container holds the values of its variables. */
function withoutText(words: string): string {
  return words.replace(/(\.{3})?".*"(\.{3})? is not valid JSON/s, 'what was read is not valid JSON');
}
