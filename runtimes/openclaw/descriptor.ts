import type { RuntimeDescriptor } from '../contract.ts';
import { channelSigns } from './signs.ts';

const MiB = 1024 * 1024;

/**
 * OpenClaw 2026.9.6. Exit codes, probes, the drain and the memory figures were measured on the real gateway in
 * containers; upstream's pages: https://docs.openclaw.ai/gateway (probes, configuration, supervisors).
 */
export const descriptor: RuntimeDescriptor = {
  name: 'openclaw',
  title: 'OpenClaw',
  version: '2026.9.6',
  defaultPort: 18789,
  executable: {
    command: ['/usr/local/bin/node', '{dir}/node_modules/openclaw/openclaw.mjs'],
    serve: ['gateway', 'run'],
    file: '{dir}/node_modules/openclaw/openclaw.mjs',
  },
  probes: {
    // /readyz drops to 503 for a single bad channel; /startupz does not (openclaw#122477).
    ready: { path: '/startupz', expect: { status: 'started' }, timeout: 4_000 },
    live: { path: '/healthz', expect: { ok: true, status: 'live' }, timeout: 5_000 },
    channels: {
      path: '/readyz',
      timeout: 4_000,
      failing: (body) =>
        Array.isArray(body['failing']) ? body['failing'].map((type) => ({ type: String(type) })) : [],
    },
    // A cold start with plugins took 130 s on a loaded machine.
    startDeadline: 330_000,
    readyInterval: 250,
    liveInterval: 5_000,
    liveFailures: 6,
  },
  // Its own drain may take 315 s and 10 s more; a shorter budget cuts turns that it would have answered.
  stop: {
    signal: 'SIGTERM',
    budget: 330_000,
    grace: 330_000,
    drains: 'runtime',
    // Before this line it waits for turns, replies, commands of its agent and writes, and takes no more. After it, a
    // Telegram whose start could not reach the server is waited for until 325 s are over. Upstream reserves 10 s for
    // this part; with sockets of Discord and Slack failing it took 12 s.
    settled: {
      output: /"subsystem":"gateway","message":"active-work drain settled; beginning server close"/,
      grace: 20_000,
    },
  },
  exits: [
    { class: 'lock-loser', codes: [78, 1], output: /gateway-lifecycle|already running|another gateway/i },
    { class: 'config', codes: [78] },
    {
      class: 'port-in-use',
      codes: [1],
      output: /EADDRINUSE|address already in use|port \d+ is already in use/i,
    },
    // With OPENCLAW_SUPERVISOR_MODE=external it ends with 0 when it wants to be started again.
    { class: 'restart-request', codes: [0] },
  ],
  restart: {
    backoffBase: 500,
    backoffCap: 30_000,
    budget: 5,
    window: 600_000,
    requestedBudget: 10,
  },
  // 1 GiB is killed by parallel tool turns, 1.5 GiB holds them with a small heap, 2 GiB is upstream's advice.
  memory: { floor: 1536 * MiB, recommended: 2048 * MiB },
  environment: {
    // The mere presence of these starts a channel, or sends the start-up to the package registry.
    never: [/^TELEGRAM_/, /^DISCORD_/, /^SLACK_/, /^NODE_COMPILE_CACHE$/, /^OPENCLAW_/],
  },
  dialects: ['openai', 'anthropic'],
  nativeChannels: [
    { type: 'telegram', many: true },
    { type: 'discord', plugin: 'discord', many: true, shared: ['api_root'] },
    { type: 'slack', plugin: 'slack', many: true, shared: ['api_root'] },
  ],
  ownedPaths: [
    { path: 'gateway.port', instead: 'write config: { port: … } for the public port' },
    { path: 'gateway.bind', instead: 'the port is published by the container engine: docker run -p' },
    {
      path: 'gateway.customBindHost',
      instead: 'the port is published by the container engine: docker run -p',
    },
    { path: 'gateway.mode', instead: 'remove it' },
    { path: 'gateway.auth', instead: 'set CLAWDEN_TOKEN' },
    { path: 'gateway.tls', instead: 'put TLS in front of the published port' },
    { path: 'gateway.reload', instead: 'remove it: a changed configuration takes effect at the next start' },
    { path: 'gateway.trustedProxies', instead: 'remove it: the supervisor is the only proxy' },
    { path: 'gateway.http.endpoints.chatCompletions', instead: 'remove it: /v1 is always on' },
    { path: 'agents.defaults.model', instead: 'write model: at the top level' },
    { path: 'agents.defaults.workspace', instead: 'mount a volume at /home/clawden/workspace' },
    { path: 'models.mode', instead: 'write provider: and model: at the top level' },
    { path: 'models.providers.clawden', instead: 'write provider: and model: at the top level' },
    { path: 'channels', instead: 'write channels: at the top level' },
    { path: 'secrets.providers.clawden', instead: 'choose another name for a provider of your own' },
    { path: 'update', instead: 'remove it: a new version comes with a new image' },
    { path: 'logging.level', instead: 'write config: { log_level: … }' },
    { path: 'logging.consoleLevel', instead: 'write config: { log_level: … }' },
    { path: 'logging.consoleStyle', instead: 'remove it: the log is JSON lines' },
    { path: 'logging.file', instead: 'remove it: the log goes to the container engine' },
    { path: 'plugins.load', instead: 'bake plugins: npm run image -- --plugins …' },
    { path: '**.$include', instead: 'write the keys themselves under config:' },
  ],
  stateDirectories: ['state', 'cache'],
  // The install record of baked plugins: without it the gateway refuses them as untrusted (openclaw#92516).
  stateSeeds: [{ from: '{dir}/seed/state/state/openclaw.sqlite', to: 'state/openclaw.sqlite' }],
  // It would be read into the gateway's environment at the start, with whatever an agent wrote there (LD_PRELOAD).
  staleFiles: ['.env'],
  failureFiles: [],
  // Replies to HTTP callers go through console.log as info; the rest of info is read for signs, and noise to a person.
  conversationLines: /^\{.*"level":"info"/,
  unloggedAt: { error: /^\{.*"level":"warn"/ },
  channelSigns,
  exposedPaths: [
    // The gateway's WebSocket lives at the root; its Control UI is off. From a proxied address it gives no scopes.
    { methods: ['GET'], path: /^\/$/, local: true },
    { methods: ['GET', 'POST'], path: /^\/(api|tools)\/[\w./-]*$/ },
  ],
  reload: 'restart',
};
