import type { JsonObject, LogLevel, Rendered, RenderedFile, RenderInput } from '../contract.ts';
import { isObject, merge } from '../merge.ts';
import { channelDefaults } from './channel-types.ts';
import { channelNames, channelSecrets, ownChannels } from './channels.ts';
import { descriptor } from './descriptor.ts';
import { type SecretFile, withoutSecrets } from './secrets.ts';
import { warnings } from './warnings.ts';

/** The channel through which the relay speaks; only under this name it tells of tool calls, and so when files end a turn. */
const relay: JsonObject = {
  pico: {
    enabled: true,
    type: 'pico',
    allow_from: ['*'],
    // Each turn has a connection of its own.
    settings: { token: 'file://relay-token', max_connections: 1000, ping_interval: 30, read_timeout: 60 },
  },
};
/** The model's only entry. */
const modelName = 'default';

/** Native configuration, environment and command line of one PicoClaw gateway. */
export function render(input: RenderInput): Rendered {
  const { paths } = input;
  const configPath = `${paths.rendered}/config.json`;
  const command = descriptor.executable.command.map((part) => part.replace('{dir}', paths.program));
  const taken = withoutSecrets(input.native, input.references);
  const config = configuration(input, taken.native);
  return {
    files: [
      ...[...ownSecrets(input), ...taken.files].map((secret) => secretFile(paths.rendered, secret)),
      { path: configPath, mode: 0o600, content: `${JSON.stringify(config, null, 2)}\n` },
    ],
    environment: { PICOCLAW_HOME: paths.state, PICOCLAW_CONFIG: configPath, NO_COLOR: '1' },
    argv: [...command, ...descriptor.executable.serve],
    workingDirectory: paths.state,
    warnings: warnings(input, config, taken.plain),
    // Without an argument it loads the configuration, says which model is the default and writes nothing.
    validators: [{ name: 'model', argv: [...command, 'model'], timeout: 30_000 }],
    endpoint: { host: '127.0.0.1', port: input.port, bearer: input.bearer },
    channelNames: channelNames(input),
  };
}

/** Read at the start only, and by `/reload`, which refuses without them and leaves all as it is. */
function secretFile(folder: string, { name, value }: SecretFile): RenderedFile {
  return { path: `${folder}/${name}`, mode: 0o600, content: value, readOnce: true };
}

function ownSecrets(input: RenderInput): readonly SecretFile[] {
  return [
    { name: 'model-key', value: input.door.key },
    { name: 'relay-token', value: input.bearer },
    ...channelSecrets(input),
  ];
}

function configuration(input: RenderInput, native: JsonObject): JsonObject {
  const merged = merge(defaults(input), native);
  const written = native['channel_list'];
  const channels = Object.entries(isObject(written) ? written : {}).map(([name, channel]) => {
    if (!isObject(channel)) return [name, channel] as const;
    const kind = typeof channel['type'] === 'string' ? channel['type'] : name;
    return [name, merge(channelDefaults[kind] ?? {}, channel)] as const;
  });
  return {
    ...merged,
    channel_list: { ...Object.fromEntries(channels), ...relay, ...ownChannels(input) },
  };
}

function defaults(input: RenderInput): JsonObject {
  return {
    // Without it PicoClaw takes the file for an old one, and migrates it.
    version: 3,
    gateway: {
      // The name localhost would also bind ::1, and be content with one of the two.
      host: '127.0.0.1',
      port: input.port,
      hot_reload: false,
      log_level: logLevels[input.logLevel],
    },
    agents: {
      defaults: {
        workspace: input.paths.workspace,
        model_name: modelName,
        // Its default is one turn at a time for all conversations together.
        max_parallel_turns: 16,
      },
    },
    // Its default is a model turn every 30 minutes that nobody asked for.
    heartbeat: { enabled: false },
    tools: { message: { enabled: false } },
    model_list: [model(input)],
  };
}

/** From `info` on it prints what people write and what it answers. */
const logLevels: Readonly<Record<LogLevel, string>> = {
  error: 'error',
  warn: 'warn',
  info: 'warn',
  debug: 'debug',
};

function model(input: RenderInput): JsonObject {
  const { door } = input;
  return {
    model_name: modelName,
    provider: door.dialect === 'anthropic' ? 'anthropic-messages' : 'openai',
    model: input.model,
    api_base: door.dialect === 'anthropic' ? `${door.baseUrl}/v1` : door.baseUrl,
    api_keys: ['file://model-key'],
    // Its default of two minutes is short for a model that thinks; three tries of this fit into a turn's half hour.
    request_timeout: 540,
  };
}
