import { channelTypes } from '../../channels/fields.ts';
import { providers } from '../../providers/table.ts';
import type { KnownVariable } from '../types.ts';

export const defaultConfigPath = '/etc/clawden/clawden.yaml';
export const defaultsPath = '/etc/clawden/defaults.toml';
export const defaultSecretsDirectory = '/run/secrets';

/** Every variable the image understands. docs/image.md is generated from this table. */
export const knownVariables: readonly KnownVariable[] = [
  plain('RUNTIME', 'the runtime to start, e.g. openclaw'),
  plain('TOOLS', 'tools to activate, in this order, separated by commas'),
  plain('CHANNELS', 'channel types to start, separated by commas; default: those whose variables are set'),
  plain('CLAWDEN_CONFIG', `path of the configuration file; default ${defaultConfigPath}`),
  plain(
    'CLAWDEN_INSTANCE',
    'which instance of the file to be; its name where the file has one or there is none',
  ),
  plain('CLAWDEN_SECRETS_DIR', `directory with one file per secret; default ${defaultSecretsDirectory}`),
  secret('CLAWDEN_TOKEN', 'bearer token of the HTTP API, 16 characters or more; default: made at each start'),
  plain('CLAWDEN_PROVIDER', `model provider: ${providers.map((provider) => provider.name).join(', ')}`),
  plain('CLAWDEN_MODEL', 'model, as the provider names it'),
  plain('CLAWDEN_BASE_URL', "address of the provider's API in place of its usual one"),
  plain('CLAWDEN_LOG_LEVEL', 'error, warn, info (default) or debug'),
  plain('CLAWDEN_STOP_BUDGET', 'seconds the runtime gets to end by itself; default: as the runtime needs'),
  plain('CLAWDEN_ECHO', 'scripted: provider echo obeys the directives in a message (for tests)'),
  ...providers.flatMap((provider) =>
    provider.keyVariables.map((name) => secret(name, `API key of provider ${provider.name}`)),
  ),
  ...channelTypes.flatMap((type) =>
    type.fields.map((field) => ({
      name: field.variable,
      secret: field.secret,
      meaning: `${type.title}: ${field.help}`,
    })),
  ),
];

const byName: ReadonlyMap<string, KnownVariable> = new Map(
  knownVariables.map((variable) => [variable.name, variable]),
);

/** The entry of that name, if the image understands it. */
export function knownVariable(name: string): KnownVariable | undefined {
  return byName.get(name);
}

/** Whether a value of that name must never be seen: the image's own secrets, and what is named like one. */
export function isSecretName(name: string): boolean {
  return byName.get(name)?.secret ?? /(TOKEN|KEY|SECRET|PASSWORD|PASSWD|CREDENTIAL)S?$/i.test(name);
}

function plain(name: string, meaning: string): KnownVariable {
  return { name, secret: false, meaning };
}

function secret(name: string, meaning: string): KnownVariable {
  return { name, secret: true, meaning };
}
