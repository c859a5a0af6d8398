import { channelsCatalogue } from './errors/channels-catalogue.ts';
import { chatCatalogue } from './errors/chat-catalogue.ts';
import { configCatalogue } from './errors/config-catalogue.ts';
import type { Entry } from './errors/entry.ts';
import { imageCatalogue } from './errors/image-catalogue.ts';
import { initCatalogue } from './errors/init-catalogue.ts';
import { launchCatalogue } from './errors/launch-catalogue.ts';
import { toolCatalogue } from './errors/tool-catalogue.ts';
import { usageCatalogue } from './errors/usage-catalogue.ts';
import { workspaceCatalogue } from './errors/workspace-catalogue.ts';
import { program } from './program.ts';

/** Everything that the command itself can refuse. A container that fails keeps its own exit code. */
export const catalogue = {
  ...usageCatalogue,
  ...configCatalogue,
  'no-runtime': { exit: 64, message: 'no runtime is named', fix: '{clawden} run openclaw -d' },
  'bad-name': {
    exit: 64,
    message: 'an instance cannot be called "{name}": a-z, 0-9 and "-", at most 40, a letter or digit first',
    fix: '--name {suggestion}',
  },
  'bad-number': { exit: 64, message: '{option} {value} is not {expected}', fix: '{option} {example}' },
  'bad-variable': {
    exit: 64,
    message: '-e {text} does not begin with a variable name',
    fix: '-e NAME, or -e NAME=VALUE',
  },
  'client-variable': {
    exit: 64,
    message: '-e {name} would steer the engine command here, not the container',
    fix: 'leave it out; the image sets its own',
  },
  'variable-unset': {
    exit: 64,
    message: '-e {name} hands on a variable that is set neither here nor in .env',
    fix: 'write into .env: {name}=…',
  },
  'allow-from-whose': {
    exit: 64,
    message: '--allow-from does not say for which channel',
    fix: 'add --channel {known}',
  },
  'arguments-detached': {
    exit: 64,
    message: 'arguments after "--" run once in the foreground; -d, --json and --no-wait do not fit',
    fix: '{clawden} run {runtime} -- {arguments}',
  },
  'exec-separator': {
    exit: 64,
    message: 'between the instance and the command stands "--"',
    fix: '{clawden} exec {line}',
  },
  'nothing-to-say': { exit: 64, message: 'there is no message', fix: '{clawden} chat "hello"' },
  'json-needs-detach': {
    exit: 64,
    message: '--json reports a container that goes on running: it needs -d',
    fix: '{clawden} run -d --json',
  },
  'file-missing': {
    exit: 64,
    message: '{file} cannot be read ({reason})',
    fix: 'name a file that exists',
  },
  'file-of-agent': {
    exit: 78,
    message:
      '{file} belongs to the user of the containers (uid {uid}): an agent may have written it, and it decides nothing here',
    fix: 'read it, and if it is what you want: sudo chown "$(id -u)" {quoted}',
  },
  'directory-missing': {
    exit: 64,
    message: 'project directory {directory} cannot be entered ({reason})',
    fix: 'mkdir -p {directory}',
  },
  'dotenv-syntax': {
    exit: 78,
    message: '{file}:{line}  {detail}',
    fix: 'write NAME=value, NAME="value", or a # comment',
  },
  'token-unreadable': {
    exit: 73,
    message: '{file} cannot be read ({reason}): was something started with sudo here?',
    fix: 'sudo chown -R "$(id -u):$(id -g)" {directory}',
  },
  'project-read-only': {
    exit: 73,
    message: '{file} cannot be written ({reason}); the token of this project is kept there',
    fix: 'use a directory of yours: --project-directory DIR',
  },
  'plan-refused': {
    exit: 78,
    message: '{count} problem{s} above; nothing was started or changed',
    fix: '{next}',
  },
  'engine-missing': {
    exit: 69,
    message: 'no container engine is installed: neither docker nor podman is in PATH',
    fix: '{install}',
  },
  'engine-down': { exit: 69, message: 'no container engine answers{where}', fix: '{start}' },
  'engine-forbidden': {
    exit: 69,
    message: 'this user may not talk to the container engine',
    fix: 'sudo usermod -aG docker {user}   then log in again',
  },
  'engine-disk-full': {
    exit: 69,
    message: "the engine's disk is full: {detail}",
    fix: 'docker system df   and then: docker image prune',
  },
  'engine-failed': { exit: 69, message: 'the engine could not {action}: {detail}', fix: '{clawden} doctor' },
  'image-missing': {
    exit: 69,
    message: 'image {image} is not here and could not be pulled: {detail}',
    fix: '{next}',
  },
  'image-build-failed': {
    exit: 69,
    message: 'building {image} failed (exit {code}), see above',
    fix: 'cd {checkout} && npm run image',
  },
  'port-taken': { exit: 69, message: 'port {port} of this machine is taken', fix: '--port {next}' },
  'name-taken': {
    exit: 69,
    message: 'a container {name} exists already, or another clawden is starting it just now',
    fix: '{clawden} stop {instance}',
  },
  'container-failed': {
    exit: 1,
    message: '{instance} ended before it was ready (exit code {code}{why})',
    fix: '{next}',
  },
  'not-ready': {
    exit: 69,
    message: '{instance} was not ready within {minutes} minutes: {waiting}',
    fix: '{next}',
  },
  'nothing-runs': {
    exit: 1,
    message: 'nothing runs in this project ({directory})',
    fix: '{clawden} {start}',
  },
  'instance-stopped': {
    exit: 1,
    message: '{name} does not run (it ended with code {code})',
    fix: '{clawden} logs {name}   or start it again: {start}',
  },
  'several-instances': {
    exit: 1,
    message: 'several instances run here: {known}',
    fix: '{clawden} {command} {first}',
  },
  'api-unreachable': {
    exit: 1,
    message: '{name} does not answer at {url} ({reason})',
    fix: '{clawden} logs {name}',
  },
  'api-token': {
    exit: 1,
    message: '{name} refuses the token of this project ({file})',
    fix: '{clawden} stop {name}   and start it again: it then has this token',
  },
  'api-error': { exit: 1, message: '{name} could not answer: {detail}', fix: '{next}' },
  ...channelsCatalogue,
  ...chatCatalogue,
  ...initCatalogue,
  ...workspaceCatalogue,
  ...toolCatalogue,
  ...imageCatalogue,
  ...launchCatalogue,
  interrupted: { exit: 130, message: 'interrupted', fix: '' },
} as const satisfies Record<string, Entry>;

export type CliErrorCode = keyof typeof catalogue;
type Parameters = Readonly<Record<string, string | number>>;

/** The names that a text has places for. */
type Places<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Exclude<Place<Name>, 'clawden'> | Places<Rest>
  : never;
/** `{port: N}` is YAML, and in `{port: {next}}` stands a place. */
type Place<Name extends string> = Name extends `${string} ${infer Rest}`
  ? Rest extends `{${infer Inner}`
    ? Inner
    : never
  : Name;
/** All of an entry's: one that was forgotten would show the user its braces. */
type Needed<Code extends CliErrorCode> = Places<(typeof catalogue)[Code]['message' | 'fix']>;
type ParametersOf<Code extends CliErrorCode> = Parameters & Readonly<Record<Needed<Code>, string | number>>;

/** One line on what happened, one on what to type next. Parameters must not hold secrets. */
export class CliError<Code extends CliErrorCode = CliErrorCode> extends Error {
  readonly code: Code;
  readonly fix: string;
  readonly exit: number;
  /** Lines shown before the message, such as the container's own last words. */
  readonly details: readonly string[];

  constructor(
    code: Code,
    ...[parameters = {}, extra = {}]: [Needed<Code>] extends [never]
      ? [parameters?: Parameters, extra?: ErrorExtra]
      : [parameters: ParametersOf<Code>, extra?: ErrorExtra]
  ) {
    const entry: Entry = catalogue[code];
    super(fill(entry.message, parameters));
    this.name = 'CliError';
    this.code = code;
    this.fix = fill(entry.fix, parameters);
    this.exit = extra.exit ?? entry.exit;
    this.details = extra.details ?? [];
  }
}

export interface ErrorExtra {
  readonly exit?: number;
  readonly details?: readonly string[];
}

function fill(template: string, parameters: Parameters): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = name === 'clawden' ? program() : parameters[name];
    if (value === undefined) return whole;
    // A fix that came in as a parameter may name the command too.
    return String(value).replaceAll('{clawden}', program());
  });
}
