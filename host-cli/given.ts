import { relative, resolve } from 'node:path';
import { isSecretName } from '../supervisor/config/variables/known.ts';
import { CliError } from './errors.ts';
import { notForImage, readEnvFile, readTyped, type Sources, steersClient } from './variables.ts';

/** What a command line adds to the caller's environment and `.env`. */
export interface Additions {
  /** `-e` arguments as typed. */
  readonly typed: readonly string[];
  readonly envFiles: readonly string[];
  /** Variables that options of ours stand for, with the option: CLAWDEN_MODEL → `--model`. */
  readonly options: ReadonlyMap<string, { readonly value: string; readonly option: string }>;
}

export const noAdditions: Additions = { typed: [], envFiles: [], options: new Map() };

/** Variables as a container of this project would see them if it got all of them. */
export interface Given {
  readonly values: Readonly<Record<string, string>>;
  /** Where a variable was set, in words: `.env:3`, `your environment`, `-e`, `--model`, `prod.env:2`. */
  readonly placeOf: (name: string) => string | undefined;
  /** They go to the container whether the plan asks for them or not: of the command line, or inherited by all. */
  readonly explicit: readonly string[];
  /** It stands in `.env` or on the command line, so it was written for this project; a shell's variables are there anyway. */
  readonly isWritten: (name: string) => boolean;
}

/**
 * Too general to be taken from a shell, or left there for another project: an instance under another name would have
 * forgotten everything. In `.env` or on the command line they can only mean us.
 */
const general = ['RUNTIME', 'TOOLS', 'CHANNELS', 'CLAWDEN_INSTANCE'];

/** Every runtime inherits these. In a shell they speak of this machine; in `.env` they can only be for the container. */
const inherited = /^(TZ|LANG|LC_[A-Z]+|NODE_EXTRA_CA_CERTS|SSL_CERT_FILE)$|^(HTTP|HTTPS|NO|ALL)_PROXY$/i;

/** Lays `.env`, the environment, env files, options and `-e` over each other, later ones first. */
export function given(sources: Sources, additions: Additions, directory: string): Given {
  const values: Record<string, string> = {};
  const places = new Map<string, string>();
  const put = (name: string, value: string, place: string): void => {
    values[name] = value;
    places.set(name, place);
  };
  const explicit = new Set<string>();
  for (const [name, value] of sources.dotenv) {
    const line = sources.dotenvLines?.get(name);
    if (isMeant(name)) put(name, value, line === undefined ? '.env' : `.env:${line}`);
    if (inherited.test(name)) explicit.add(name);
  }
  for (const [name, value] of Object.entries(sources.environment)) {
    if (value !== undefined && isMeant(name) && !general.includes(name)) put(name, value, 'your environment');
  }
  const add = (name: string, value: string, place: string): void => {
    if (steersClient(name)) throw new CliError('client-variable', { name });
    put(name, value, place);
    explicit.add(name);
  };
  for (const file of additions.envFiles) {
    const path = resolve(directory, file);
    for (const { name, value, line } of readEnvFile(path, sources.environment, 'required'))
      add(name, value, `${relative(directory, path)}:${line}`);
  }
  for (const [name, { value, option }] of additions.options) add(name, value, option);
  for (const text of additions.typed) {
    const [name, value] = readTyped(text, sources);
    add(name, value, '-e');
  }
  const isWritten = (name: string): boolean => explicit.has(name) || sources.dotenv.has(name);
  return { values, placeOf: (name) => places.get(name), explicit: [...explicit], isWritten };
}

/** Not the launcher's own, and no path that only means something inside a container. */
function isMeant(name: string): boolean {
  if (steersClient(name)) return false;
  const pointer = name.endsWith('_FILE') && isSecretName(name.slice(0, -'_FILE'.length));
  return !pointer && !(name.startsWith('CLAWDEN_') && notForImage.test(name));
}
