import { createHash } from 'node:crypto';
import { stringify } from 'smol-toml';
import type { JsonObject, LogLevel, Rendered, RenderInput, ValidatorCommand } from '../contract.ts';
import { merge } from '../merge.ts';
import { type NativeChannels, nativeChannels } from './channels.ts';
import { descriptor } from './descriptor.ts';
import { type Mirrored, mirror, mirrorName } from './mirror.ts';
import { warnings } from './warnings.ts';

/** Alias of the agent, its provider and its profiles. Not "default": ZeroClaw keeps that name for itself. */
export const AGENT = 'clawden';

/** Native configuration, environment and command line of one ZeroClaw daemon. */
export function render(input: RenderInput): Rendered {
  const { paths } = input;
  const channels = nativeChannels(input.channels);
  const mirrored = mirror(input.native, input.references);
  const configuration = merge(defaults(input, channels), mirrored.native);
  const program = descriptor.executable.command.map((part) => part.replace('{dir}', paths.program));
  return {
    // Its place is given: the data lies beside it. It holds no secret, only the hash of this start's token.
    files: [{ path: `${paths.state}/config.toml`, mode: 0o600, content: stringify(configuration) }],
    environment: environment(input, channels, mirrored),
    argv: [...program, ...descriptor.executable.serve],
    workingDirectory: paths.state,
    warnings: warnings(merge(configuration, input.native), input.logLevel),
    validators: validators(program),
    endpoint: { host: '127.0.0.1', port: input.port, bearer: input.bearer },
    channelNames: channels.names,
  };
}

/** Each catches what the other two let pass: types and values; references and missing secrets; channels not compiled. */
function validators(program: readonly string[]): readonly ValidatorCommand[] {
  return [
    { name: 'migrate', argv: [...program, 'config', 'migrate', '--json'], timeout: 60_000 },
    { name: 'patch', argv: [...program, 'config', 'patch', '--json'], stdin: '[]', timeout: 60_000 },
    { name: 'self-test', argv: [...program, 'self-test', '--quick'], timeout: 60_000 },
  ];
}

function defaults(input: RenderInput, channels: NativeChannels): JsonObject {
  const family = families[input.door.dialect];
  return {
    schema_version: 3,
    gateway: {
      // A literal: a name makes it fall back to another address without a word.
      host: '127.0.0.1',
      port: input.port,
      require_pairing: true,
      paired_tokens: [createHash('sha256').update(input.bearer).digest('hex')],
      request_timeout_secs: 600,
      // Counted by address, and every caller has ours.
      webhook_rate_limit_per_minute: 0,
      check_updates: false,
      allow_self_upgrade: false,
    },
    providers: {
      models: {
        [family]: {
          [AGENT]: {
            uri: input.door.baseUrl,
            model: input.model,
            // Its own default for this family writes the tools into the prompt. A provider without tools is asked again so.
            ...(input.door.dialect === 'openai' ? { native_tools: true } : {}),
          },
        },
      },
    },
    risk_profiles: { [AGENT]: { level: 'supervised' } },
    // Its own default is 32000, of which the prompt and the tools take half.
    runtime_profiles: { [AGENT]: { max_context_tokens: 128_000 } },
    agents: {
      [AGENT]: {
        model_provider: `${family}.${AGENT}`,
        risk_profile: AGENT,
        runtime_profile: AGENT,
        channels: channels.references,
        // Else a model decides before each reply whether there will be one.
        precheck: { enabled: false },
        workspace: { path: input.paths.workspace },
      },
    },
    ...(channels.references.length > 0
      ? { channels: channels.channels, peer_groups: channels.peerGroups }
      : {}),
    // The default search wants an embedder, which nobody has set up.
    memory: { search_mode: 'bm25' },
    // Its own log file holds the texts of conversations.
    observability: { log_persistence: 'none' },
  };
}

/** Names that a file's aliases hang below: `custom` is any OpenAI-compatible endpoint. */
const families = { openai: 'custom', anthropic: 'anthropic' } as const;

/** Its `info` prints whole messages and replies. */
const logLevels: Readonly<Record<LogLevel, string>> = {
  error: 'error',
  warn: 'warn',
  info: 'warn',
  debug: 'debug',
};

function environment(
  input: RenderInput,
  channels: NativeChannels,
  mirrored: Mirrored,
): Readonly<Record<string, string>> {
  const secrets = {
    [`providers.models.${families[input.door.dialect]}.${AGENT}.api_key`]: input.door.key,
    ...channels.secrets,
  };
  return {
    ZEROCLAW_CONFIG_DIR: input.paths.state,
    RUST_LOG: logLevels[input.logLevel],
    // It colours its lines for a pipe too.
    NO_COLOR: '1',
    ...Object.fromEntries(
      Object.entries(secrets).map(([path, value]) => [mirrorName(path.split('.')), value]),
    ),
    ...mirrored.environment,
  };
}
