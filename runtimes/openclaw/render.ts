import type { JsonObject, LogLevel, Rendered, RenderInput, RuntimePaths } from '../contract.ts';
import { merge, mergeLists } from '../merge.ts';
import { channelEnvironment, channels } from './channels.ts';
import { descriptor } from './descriptor.ts';
import { byReference } from './references.ts';
import { atTheDoor, gatewayToken, oneTimeSecrets, secretProviders } from './secrets.ts';

const consoleStyle = 'CLAWDEN_CONSOLE_STYLE';

/** Native configuration, environment and command line of one OpenClaw gateway. */
export function render(input: RenderInput): Rendered {
  const { paths } = input;
  const configPath = `${paths.rendered}/openclaw.json`;
  const command = descriptor.executable.command.map((part) => part.replace('{dir}', paths.program));
  return {
    files: [
      { path: configPath, mode: 0o600, content: `${JSON.stringify(configuration(input), null, 2)}\n` },
      // A file of the gateway's own uid is the only command it takes; not on a tmpfs, where nothing may be executed.
      { path: doorScript(paths), mode: 0o500, content: `#!${paths.secretDoor}\n` },
    ],
    environment: { ...environment(input, configPath), [consoleStyle]: 'json' },
    forPeople: { [consoleStyle]: 'pretty' },
    argv: [...command, ...descriptor.executable.serve],
    workingDirectory: paths.state,
    warnings: warnings(input),
    validators: [{ name: 'validate', argv: [...command, 'config', 'validate', '--json'], timeout: 90_000 }],
    endpoint: { host: '127.0.0.1', port: input.port, bearer: input.bearer },
    oneTimeSecrets: oneTimeSecrets(input),
  };
}

function configuration(input: RenderInput): JsonObject {
  const merged = merge(defaults(input), byReference(input.native, input.references).native);
  // A list of ours that the user extends, not replaces: without it no channel plugin loads.
  const wanted = pluginNames(input);
  const plugins = merged['plugins'] as JsonObject;
  return { ...merged, plugins: { ...plugins, allow: mergeLists(wanted, plugins['allow']) } };
}

function defaults(input: RenderInput): JsonObject {
  return {
    gateway: {
      mode: 'local',
      port: input.port,
      bind: 'loopback',
      // Our proxy sends X-Forwarded-For; from an untrusted peer the gateway answers 403 to it.
      trustedProxies: ['127.0.0.1', '::1'],
      auth: { mode: 'token', token: atTheDoor(gatewayToken) },
      controlUi: { enabled: false },
      // Whoever may write the rendered file, its agent too, could put in a token of his own for the gateway, which
      // applies it at once and then gives him every secret it holds (measured).
      reload: { mode: 'off' },
      http: { endpoints: { chatCompletions: { enabled: true } } },
    },
    agents: {
      defaults: {
        workspace: input.paths.workspace,
        skipBootstrap: true,
        model: { primary: `clawden/${input.model}` },
        // Its default is a model turn every 30 minutes that nobody asked for.
        heartbeat: { every: '0m' },
      },
    },
    // Its default is one conversation for all direct messages: each person's model would be told what others wrote.
    session: { dmScope: 'per-account-channel-peer' },
    models: {
      mode: 'replace',
      catalogRefresh: { enabled: false },
      providers: { clawden: provider(input) },
    },
    plugins: {
      allow: [...pluginNames(input)],
      entries: Object.fromEntries(input.plugins.map((name) => [name, { enabled: true }])),
      slots: { memory: 'none' },
    },
    channels: channels(input),
    secrets: secretProviders(doorScript(input.paths)),
    browser: { enabled: false },
    update: { checkOnStart: false },
    telemetry: { enabled: false },
    discovery: { mdns: { mode: 'off' } },
    logging: {
      level: 'silent',
      consoleLevel: consoleLevels[input.logLevel],
      // A variable, which OpenClaw fills in: under "json" the answer of `channels list` is log lines as well.
      consoleStyle: `\${${consoleStyle}}`,
    },
  };
}

/**
 * Only its `info` says why Telegram's polling failed (descriptor.channelSigns) and that no turn is in flight any more
 * (descriptor.stop.settled). It also prints whole replies, so PID 1 reads these lines and keeps them out of the log
 * (descriptor.conversationLines, descriptor.unloggedAt).
 */
const consoleLevels: Readonly<Record<LogLevel, string>> = {
  error: 'info',
  warn: 'info',
  info: 'info',
  debug: 'debug',
};

function provider(input: RenderInput): JsonObject {
  return {
    baseUrl: input.door.baseUrl,
    api: input.door.dialect === 'anthropic' ? 'anthropic-messages' : 'openai-completions',
    apiKey: reference('CLAWDEN_MODEL_KEY'),
    models: [
      {
        id: input.model,
        name: input.model,
        // Without "image" a picture is dropped without a word.
        input: ['text', 'image'],
        reasoning: false,
        contextWindow: 128_000,
        maxTokens: 8_192,
      },
    ],
  };
}

function pluginNames(input: RenderInput): readonly string[] {
  // An empty list would load thirteen plugins; one name restricts.
  return ['telegram', ...input.plugins];
}

function environment(input: RenderInput, configPath: string): Readonly<Record<string, string>> {
  const { paths } = input;
  return {
    OPENCLAW_STATE_DIR: paths.state,
    OPENCLAW_CONFIG_PATH: configPath,
    CLAWDEN_MODEL_KEY: input.door.key,
    ...byReference(input.native, input.references).environment,
    ...channelEnvironment(input),
    OPENCLAW_SUPERVISOR_MODE: 'external',
    OPENCLAW_SERVICE_REPAIR_POLICY: 'external',
    // Without it a start may restore an older .bak over the rendered file (openclaw#126806).
    OPENCLAW_CONFIG_READONLY: '1',
    OPENCLAW_NO_AUTO_UPDATE: '1',
    OPENCLAW_DISABLE_BONJOUR: '1',
    OPENCLAW_OFFLINE: '1',
    OPENCLAW_EXEC_SHELL_SNAPSHOT: '0',
    DO_NOT_TRACK: '1',
    XDG_CACHE_HOME: `${paths.state}/cache`,
    NODE_OPTIONS: `--disable-sigusr1 --max-old-space-size=${heapMiB(input.memoryLimit)}`,
    // With the second variable the launcher keeps no parent process and reads the baked cache as it is.
    NODE_COMPILE_CACHE: `${paths.program}/compile-cache`,
    OPENCLAW_PACKAGED_COMPILE_CACHE_RESPAWNED: '1',
    ...(smallMemory(input.memoryLimit) ? { MALLOC_ARENA_MAX: '2' } : {}),
  };
}

function doorScript(paths: RuntimePaths): string {
  return `${paths.state}/secret-door`;
}

const MiB = 1024 * 1024;

/** About the limit less 1 GiB: the peaks lie outside the heap. The floor never aborted, the cap stops a leak. */
export function heapMiB(limit: number | undefined): number {
  if (limit === undefined) return 2048;
  return Math.min(2048, Math.max(640, Math.floor(limit / MiB) - 1024));
}

function smallMemory(limit: number | undefined): boolean {
  return limit !== undefined && limit < descriptor.memory.recommended;
}

function reference(id: string): JsonObject {
  return { source: 'env', provider: 'default', id };
}

function warnings(input: RenderInput): string[] {
  return input.logLevel === 'debug'
    ? ['log_level debug prints the texts of conversations in the log of OpenClaw']
    : [];
}
