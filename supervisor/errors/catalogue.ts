import { instanceCatalogue } from './instance-catalogue.ts';
import { toolCatalogue } from './tool-catalogue.ts';
import { volumeCatalogue } from './volume-catalogue.ts';

/** Exit codes of the image, in the order of docs/exit-codes.md. */
export const exitCodes = {
  stopped: { code: 0, meaning: 'stopped as asked' },
  arguments: { code: 64, meaning: 'wrong arguments' },
  unavailable: { code: 69, meaning: 'something needed is not available' },
  crashLoop: { code: 70, meaning: 'the runtime kept crashing' },
  volume: { code: 73, meaning: 'a volume is not writable, full, or in use' },
  configuration: { code: 78, meaning: 'wrong variables or files' },
} as const;

export type ExitName = keyof typeof exitCodes;

export interface CatalogueEntry {
  readonly exit: ExitName;
  /** `{name}` stands for a parameter. */
  readonly message: string;
  /** What to do next; a line to type where there is one. */
  readonly fix: string;
}

/**
 * Everything that can stop the image before or while it runs. A code is never reused for another meaning.
 * docs/errors.md is generated from this table.
 */
export const catalogue = {
  'no-runtime': {
    exit: 'arguments',
    message: 'no runtime is named',
    fix: 'docker run -e RUNTIME=openclaw IMAGE, or runtime: openclaw in clawden.yaml',
  },
  'runtimes-disagree': {
    exit: 'arguments',
    message: 'two different runtimes are named: {first} ({firstFrom}) and {second} ({secondFrom})',
    fix: 'name one of them',
  },
  'unknown-argument': {
    exit: 'arguments',
    message: 'argument {argument} is not understood{hint}',
    fix: 'docker run IMAGE --help',
  },
  'argument-without-value': {
    exit: 'arguments',
    message:
      'argument -e {name} has no value, and after the image name there is no environment to take one from',
    fix: 'put it before the image name: docker run -e {name} IMAGE',
  },
  'secret-argument': {
    exit: 'arguments',
    message: '-e {name}=… after the image name would make a secret readable by every process',
    fix: 'put it before the image name, without a value: docker run -e {name} IMAGE',
  },
  'unknown-runtime': {
    exit: 'configuration',
    message: 'runtime "{name}" is not known{near}',
    fix: 'known: {known}',
  },
  'runtime-absent': {
    exit: 'unavailable',
    message: 'runtime "{name}" is not in this image; in this image: {present}',
    fix: 'npm run image -- --runtimes {wanted}',
  },
  'unknown-tool': {
    exit: 'unavailable',
    message: 'tool "{name}" is not in this image; in this image: {present}{near}',
    fix: 'remove it from {place}{hint}',
  },
  ...instanceCatalogue,
  ...toolCatalogue,
  'unknown-provider': {
    exit: 'configuration',
    message: 'provider "{name}" is not known{near}',
    fix: 'known: {known}',
  },
  'unknown-channel': {
    exit: 'configuration',
    message: 'channel type "{name}" is not known{near}',
    fix: 'known: {known}',
  },
  'unknown-variable': {
    exit: 'configuration',
    message: 'variable {name} is not known{near}',
    fix: 'known: {known}',
  },
  'two-doors': {
    exit: 'configuration',
    message: '{name} is given twice: {first} and {second}',
    fix: 'keep one of them',
  },
  'secret-file-missing': {
    exit: 'configuration',
    message: '{name}_FILE names {file}, which cannot be read ({reason})',
    fix: 'mount the file, or set {name}',
  },
  'secret-file-unreadable': {
    exit: 'configuration',
    message: 'the secret file {file} cannot be read ({reason})',
    fix: "make it a file that the container's user may read, or set {name} another way",
  },
  'set-twice': {
    exit: 'configuration',
    message: '{what} is set twice and differently: {first} and {second}',
    fix: 'keep one of them',
  },
  'bad-port': {
    exit: 'configuration',
    message: 'port {value} is not a whole number from 1024 to 65535',
    fix: 'config: { port: 18789 }',
  },
  'port-taken': {
    exit: 'unavailable',
    message: 'port {port} is taken by another program in this network namespace',
    fix: 'set another one in clawden.yaml: config: { port: {next} }',
  },
  'file-unreadable': {
    exit: 'configuration',
    message: '{file} cannot be read ({reason})',
    fix: 'mount it readable for uid {uid}: chmod a+r',
  },
  'yaml-syntax': {
    exit: 'configuration',
    message: '{detail}',
    fix: 'mend the YAML at this place',
  },
  'unknown-key': {
    exit: 'configuration',
    message: 'unknown key "{key}"{near}',
    fix: 'allowed here: {known}',
  },
  'wrong-value': {
    exit: 'configuration',
    message: '{path}: {detail}',
    fix: 'expected: {expected}',
  },
  'missing-key': {
    exit: 'configuration',
    message: '{path} is missing',
    fix: 'write {example}',
  },
  'missing-reference': {
    exit: 'configuration',
    message: '{path} refers to {reference}, which is not set',
    fix: 'docker run -e {name} …, or in .env: {name}=…',
  },
  'literal-secret': {
    exit: 'configuration',
    message: '{path} is a secret written out',
    fix: 'write {path}: {reference} here and {name}=… in .env',
  },
  'owned-path': {
    exit: 'configuration',
    message: 'config.{path} is decided by the supervisor',
    fix: '{instead}',
  },
  'native-invalid': {
    exit: 'configuration',
    message: "{runtime}'s own validator refuses {path}: {detail}",
    fix: 'mend it under config: in clawden.yaml',
  },
  'validator-failed': {
    exit: 'unavailable',
    message: "{runtime}'s own validator did not finish: {detail}",
    fix: 'see the lines above; give the container more memory or CPU if it timed out',
  },
  'channel-not-native': {
    exit: 'unavailable',
    message: 'channel {channel}: relay: false, but {runtime} in this image does not speak {type}{reason}',
    fix: 'remove relay: false; the relay then speaks it{other}',
  },
  'no-provider': {
    exit: 'configuration',
    message: 'channel {channel} has no model to answer with',
    fix: 'set CLAWDEN_PROVIDER and its key, for instance -e ANTHROPIC_API_KEY',
  },
  'provider-unclear': {
    exit: 'configuration',
    message: 'keys of two providers are set ({keys}) and none is chosen',
    fix: 'set CLAWDEN_PROVIDER, or provider: in clawden.yaml',
  },
  'provider-key-missing': {
    exit: 'configuration',
    message: 'provider {provider} needs {name}, which is not set',
    fix: 'docker run -e {name} …, or in .env: {name}=…',
  },
  'model-missing': {
    exit: 'configuration',
    message: 'provider {provider} has no default model',
    fix: 'set CLAWDEN_MODEL, or model: in clawden.yaml',
  },
  'base-url-missing': {
    exit: 'configuration',
    message: 'provider {provider} needs a base URL',
    fix: 'set CLAWDEN_BASE_URL=https://host/v1, or base_url: under providers:',
  },
  'dialect-missing': {
    exit: 'configuration',
    message: '{runtime} speaks none of the dialects of provider {provider}',
    fix: 'choose one of: {known}',
  },
  'running-as-root': {
    exit: 'configuration',
    message: 'the container runs as uid 0',
    fix: 'remove --user 0 (the image runs as 10000:10000), or name another non-zero uid',
  },
  ...volumeCatalogue,
  'memory-below-floor': {
    exit: 'unavailable',
    message: '{runtime} needs {floor} MiB of memory, the container has {limit} MiB',
    fix: 'docker run --memory {recommended}m …',
  },
  'relay-failed': {
    exit: 'unavailable',
    message: 'the relay did not start within {seconds} s',
    fix: 'see its lines above; give the container more memory or CPU if there are none',
  },
  'crash-loop': {
    exit: 'crashLoop',
    message: '{runtime} ended {count} times within {minutes} minutes, last: {reason}',
    fix: 'read the post-mortem at {file}',
  },
  'runtime-config': {
    exit: 'configuration',
    message: '{runtime} refused its configuration at the start (exit {code})',
    fix: "see the runtime's last lines above",
  },
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorCode = keyof typeof catalogue;
