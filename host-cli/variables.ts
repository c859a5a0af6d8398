import { join } from 'node:path';
import { parseDotenv } from './dotenv.ts';
import { CliError } from './errors.ts';
import type { Project } from './project.ts';
import { readSettingsFile } from './read-settings-file.ts';

/** What the caller's environment and `.env` hold; the environment wins, as dotenv has it. */
export interface Sources {
  readonly environment: NodeJS.ProcessEnv;
  readonly dotenv: ReadonlyMap<string, string>;
  /** Line of each name in `.env`. */
  readonly dotenvLines?: ReadonlyMap<string, number>;
}

/** Reads `.env` of the project, if there is one. */
export function openSources(project: Project, environment: NodeJS.ProcessEnv): Sources {
  const file = join(project.directory, '.env');
  const entries = readEnvFile(file, environment, 'optional');
  return {
    environment,
    dotenv: new Map(entries.map(({ name, value }) => [name, value])),
    dotenvLines: new Map(entries.map(({ name, line }) => [name, line])),
  };
}

export function lookUp(sources: Sources, name: string): string | undefined {
  return sources.environment[name] ?? sources.dotenv.get(name);
}

/** Of this command itself; or paths inside the container, which only `-e` can mean. */
export const notForImage =
  /^CLAWDEN_(IMAGE|ENGINE|DEBUG|CONFIG|SECRETS_DIR|TOKEN|TEST_.*)$|_FILE$|_(SERVICE_HOST|SERVICE_PORT)/;

/** Read by the engine's command or by the loader before the container ever sees them. */
export function steersClient(name: string): boolean {
  return /^(PATH|HOME|DOCKER_.*|CONTAINER_.*|CONTAINERS_.*|LD_.*|DYLD_.*|XDG_.*|BUILDKIT_.*)$/.test(name);
}

export function readTyped(text: string, sources: Sources): [string, string] {
  const match = /^([A-Za-z_][A-Za-z0-9_]*)(?:=([\s\S]*))?$/.exec(text);
  if (!match?.[1]) throw new CliError('bad-variable', { text: text.split('=')[0] ?? '' });
  const name = match[1];
  const value = match[2] ?? lookUp(sources, name);
  if (value === undefined) throw new CliError('variable-unset', { name });
  return [name, value];
}

interface SetVariable {
  readonly name: string;
  readonly value: string;
  readonly line: number;
}

/** Variables of a file; a bare NAME takes the caller's own value. */
export function readEnvFile(
  file: string,
  environment: NodeJS.ProcessEnv,
  need: 'required' | 'optional',
): readonly SetVariable[] {
  const text = readSettingsFile(file, need) ?? '';
  return parseDotenv(text, file).flatMap(({ name, value = environment[name], line }) =>
    value === undefined ? [] : [{ name, value, line }],
  );
}
