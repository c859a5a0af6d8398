/** `tool.json`, judged by hand: PID 1 loads a schema library only where there is a clawden.yaml. */
export interface ToolManifest {
  readonly title: string;
  readonly description: string;
  /** Programs that must be found in PATH once the setup is over. */
  readonly commands: readonly string[];
  /** Variables of the container that the setup may see, with what each means. */
  readonly variables: Readonly<Record<string, string>>;
  /** Time limit of the setup. */
  readonly seconds: number;
  readonly services: readonly ServiceManifest[];
}

export interface ServiceManifest {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly stopSignal: NodeJS.Signals;
}

export type ManifestRead =
  | { readonly kind: 'manifest'; readonly manifest: ToolManifest }
  | { readonly kind: 'fault'; readonly detail: string; readonly expected: string };

/** Of tools and of their services: a folder's name, a log prefix, a label. */
export const namePattern = /^[a-z][a-z0-9-]{0,31}$/;
export const defaultSeconds = 30;

const longestSeconds = 600;
const longestText = 300;
const mostEntries = 32;
const stopSignals: readonly NodeJS.Signals[] = [
  'SIGTERM',
  'SIGINT',
  'SIGQUIT',
  'SIGHUP',
  'SIGUSR1',
  'SIGUSR2',
  'SIGKILL',
];

/** Reads the text of a tool.json. `mayNotSee` names variables that no setup gets. */
export function readManifest(text: string, mayNotSee: (name: string) => boolean): ManifestRead {
  try {
    return { kind: 'manifest', manifest: manifestOf(parse(text), mayNotSee) };
  } catch (error) {
    if (error instanceof Fault) return { kind: 'fault', detail: error.message, expected: error.expected };
    throw error;
  }
}

class Fault extends Error {
  readonly expected: string;

  constructor(detail: string, expected: string) {
    super(detail);
    this.expected = expected;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Fault('is no JSON', 'a JSON object');
  }
}

function manifestOf(value: unknown, mayNotSee: (name: string) => boolean): ToolManifest {
  const keys = ['title', 'description', 'commands', 'variables', 'seconds', 'services'];
  const { title, description, commands, variables, seconds, services } = object(value, 'the file', keys);
  const names = list(services, 'services').map((entry, index) => service(entry, `services[${index}]`));
  const twice = names.find(({ name }, index) => names.findIndex((other) => other.name === name) !== index);
  if (twice) throw new Fault(`services: "${twice.name}" stands twice`, 'each service once');
  return {
    title: title === undefined ? '' : text(title, 'title'),
    description: description === undefined ? '' : text(description, 'description'),
    commands: list(commands, 'commands').map((entry, index) => command(entry, `commands[${index}]`)),
    variables: variablesOf(variables, mayNotSee),
    seconds: secondsOf(seconds),
    services: names,
  };
}

function service(value: unknown, path: string): ServiceManifest {
  const {
    name,
    command: argv,
    stopSignal = 'SIGTERM',
  } = object(value, path, ['name', 'command', 'stopSignal']);
  if (typeof name !== 'string' || !namePattern.test(name)) {
    throw new Fault(`${path}.name is ${shownValue(name)}`, 'a-z, 0-9 and "-", a letter first, at most 32');
  }
  const [program, ...rest] = list(argv, `${path}.command`).map((word) => text(word, `${path}.command`, 4096));
  if (!program) throw new Fault(`${path}.command is empty`, 'a list: the program and its arguments');
  const signal = stopSignals.find((candidate) => candidate === stopSignal);
  if (!signal) throw new Fault(`${path}.stopSignal is ${shownValue(stopSignal)}`, stopSignals.join(', '));
  return { name, command: [program, ...rest], stopSignal: signal };
}

function variablesOf(value: unknown, mayNotSee: (name: string) => boolean): Record<string, string> {
  if (value === undefined) return {};
  const entries = Object.entries(object(value, 'variables'));
  if (entries.length > mostEntries)
    throw new Fault(`variables has ${entries.length} entries`, `at most ${mostEntries}`);
  return Object.fromEntries(
    entries.map(([name, meaning]) => {
      if (!/^[A-Z][A-Z0-9_]{0,63}$/.test(name)) {
        throw new Fault(`variables: ${shownValue(name)} is no name`, 'A-Z, 0-9 and "_", a letter first');
      }
      if (mayNotSee(name)) throw new Fault(`variables: ${name} is not for tools`, 'a variable of its own');
      return [name, text(meaning, `variables.${name}`)];
    }),
  );
}

function secondsOf(value: unknown): number {
  if (value === undefined) return defaultSeconds;
  if (typeof value === 'number' && value >= 1 && value <= longestSeconds) return value;
  throw new Fault(`seconds is ${shownValue(value)}`, `a number from 1 to ${longestSeconds}`);
}

function command(value: unknown, path: string): string {
  if (typeof value === 'string' && /^[\w.+-]{1,64}$/.test(value)) return value;
  throw new Fault(`${path} is ${shownValue(value)}`, 'the name of a program, without a folder');
}

function text(value: unknown, path: string, longest = longestText): string {
  if (typeof value === 'string' && value.length <= longest && !value.includes('\0')) return value;
  throw new Fault(`${path} is ${shownValue(value)}`, `a text of at most ${longest} characters`);
}

function list(value: unknown, path: string): readonly unknown[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new Fault(`${path} is ${shownValue(value)}`, 'a list');
  if (value.length > mostEntries)
    throw new Fault(`${path} has ${value.length} entries`, `at most ${mostEntries}`);
  return value;
}

function object(value: unknown, path: string, known?: readonly string[]): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Fault(`${path} is ${shownValue(value)}`, 'a map');
  }
  const strange = known && Object.keys(value).find((key) => !known.includes(key));
  if (strange !== undefined)
    throw new Fault(`${path} has the key ${shownValue(strange)}`, `${known?.join(', ')}`);
  return value as Record<string, unknown>;
}

function shownValue(value: unknown): string {
  if (value === undefined) return 'missing';
  // Not by JSON.stringify: it would run out of stack on what JSON.parse reads without.
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'a map';
  const whole = JSON.stringify(value);
  return whole.length > 40 ? `${whole.slice(0, 37)}…` : whole;
}
