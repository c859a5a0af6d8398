import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { channelTypes } from '../supervisor/channels/fields.ts';
import { providerNamed, providers } from '../supervisor/providers/table.ts';
import { parseDotenv } from './dotenv.ts';
import { CliError } from './errors.ts';
import { type Project, reasonOf } from './project.ts';

/** What the caller's environment and `.env` hold; the environment wins, as dotenv has it. */
export interface Sources {
  readonly environment: NodeJS.ProcessEnv;
  readonly dotenv: ReadonlyMap<string, string>;
  /** Line of each name in `.env`. */
  readonly dotenvLines?: ReadonlyMap<string, number>;
}

export interface Wishes {
  /** `-e` arguments as typed. */
  readonly typed: readonly string[];
  readonly envFiles: readonly string[];
  /** Variables that options of ours stand for, e.g. `--model`. */
  readonly options: ReadonlyMap<string, string>;
  /** Names that clawden.yaml refers to. */
  readonly references: readonly string[];
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

/**
 * All that the container gets: usual variables that exist, references of clawden.yaml, env files, options, `-e`;
 * later ones win. Values travel in the engine command's environment, never in its arguments.
 */
export function chooseVariables(sources: Sources, wishes: Wishes, directory: string): Map<string, string> {
  const chosen = new Map<string, string>();
  const typed = wishes.typed.map((text) => readTyped(text, sources));
  const files = wishes.envFiles.flatMap((file) =>
    readEnvFile(resolve(directory, file), sources.environment, 'required').map(
      ({ name, value }) => [name, value] as const,
    ),
  );
  const explicit = new Map([...files, ...wishes.options, ...typed]);
  const provider = explicit.get('CLAWDEN_PROVIDER') ?? lookUp(sources, 'CLAWDEN_PROVIDER');
  for (const name of [...usualNames(sources, provider), ...wishes.references]) {
    const value = lookUp(sources, name);
    if (value !== undefined && !steersClient(name)) chosen.set(name, value);
  }
  for (const [name, value] of explicit) {
    if (steersClient(name)) throw new CliError('client-variable', { name });
    chosen.set(name, value);
  }
  return chosen;
}

/** Channel types whose credentials are there under their usual names. */
export function channelsPresent(sources: Sources): readonly string[] {
  return channelTypes
    .filter(({ fields }) =>
      fields.some(({ secret, variable }) => secret && lookUp(sources, variable) !== undefined),
    )
    .map(({ type }) => type);
}

/** The variable that says who may talk to the agent on that channel; undefined for a type not known here. */
export function sendersVariable(type: string): string | undefined {
  const channel = channelTypes.find((each) => each.type === type);
  return channel?.fields.find((field) => field.kind === 'senders')?.variable;
}

function usualNames(sources: Sources, provider: string | undefined): string[] {
  // With a provider chosen, the other providers' keys have no business in the container.
  const known = provider === undefined ? undefined : providerNamed(provider);
  const keys = (known ? [known] : providers).flatMap((entry) => entry.keyVariables);
  const own = new Set([...Object.keys(sources.environment), ...sources.dotenv.keys()]);
  return [
    ...keys.filter((name) => !name.startsWith('CLAWDEN_')),
    ...channelTypes.flatMap(({ fields }) => fields.map(({ variable }) => variable)),
    ...[...own].filter(isForImage),
    // Too general to be taken from a shell; in this project's .env they can only mean us.
    ...['RUNTIME', 'TOOLS', 'CHANNELS'].filter((name) => sources.dotenv.has(name)),
  ];
}

/** Of this command itself; or paths inside the container, which only `-e` can mean. */
export const notForImage =
  /^CLAWDEN_(IMAGE|ENGINE|DEBUG|CONFIG|SECRETS_DIR|TOKEN)$|_FILE$|_(SERVICE_HOST|SERVICE_PORT)/;

function isForImage(name: string): boolean {
  return name.startsWith('CLAWDEN_') && !notForImage.test(name);
}

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
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (need === 'optional' && reasonOf(error) === 'ENOENT') return [];
    throw new CliError('file-missing', { file, reason: reasonOf(error) });
  }
  return parseDotenv(text, file).flatMap(({ name, value = environment[name], line }) =>
    value === undefined ? [] : [{ name, value, line }],
  );
}
