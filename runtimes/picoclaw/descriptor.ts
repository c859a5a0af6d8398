import type { ChannelReason, ChannelSign, Probe, RuntimeDescriptor } from '../contract.ts';

const MiB = 1024 * 1024;

/** HTTP is served once every channel was started; the pid tells our process from another one at the same port. */
const health: Probe = { path: '/health', expect: { status: 'ok' }, timeout: 4_000, pidKey: 'pid' };

/**
 * PicoClaw 0.3.1. Exit codes, probes, log lines, the stop and the memory figures were measured on the real gateway in
 * containers; 0.2.9 likewise, see `forVersion`. Upstream: https://github.com/sipeed/picoclaw
 */
export const descriptor: RuntimeDescriptor = {
  name: 'picoclaw',
  title: 'PicoClaw',
  version: '0.3.1',
  defaultPort: 18790,
  executable: {
    command: ['{dir}/picoclaw'],
    serve: ['gateway'],
    file: '{dir}/picoclaw',
  },
  probes: {
    ready: { path: '/ready', expect: { status: 'ready' }, timeout: 4_000 },
    live: health,
    // It answers a tenth of a second after its start; a channel that connects slowly holds HTTP back.
    startDeadline: 120_000,
    readyInterval: 50,
    liveInterval: 5_000,
    liveFailures: 6,
  },
  // A signal cuts turns in flight, so they are drained before; then it ends within 15 s, Telegram's open poll in 1 to 2.
  stop: { signal: 'SIGTERM', budget: 120_000, grace: 20_000, drains: 'relay' },
  // It ends with 1 for every reason. The sentence stands in the log line, and again in the failure file.
  exits: [
    { class: 'port-in-use', codes: [1], output: startFailure('.*address already in use') },
    { class: 'lock-loser', codes: [1], output: startFailure('singleton check failed') },
    {
      class: 'config',
      codes: [1],
      output: startFailure(
        '(error loading config|config pre-check failed|error creating provider|.*not found in model_list)',
      ),
    },
  ],
  restart: {
    backoffBase: 500,
    backoffCap: 30_000,
    budget: 5,
    window: 600_000,
    requestedBudget: 10,
  },
  memory: { floor: 128 * MiB, recommended: 256 * MiB },
  environment: {
    // Four names of its WeCom settings carry no prefix; each of the others overrides the rendered file.
    never: [/^(SECRET|BOT_ID|WEBSOCKET_URL|SEND_THINKING_MESSAGE)$/, /^PICOCLAW_/],
  },
  dialects: ['openai', 'anthropic'],
  nativeChannels: [
    { type: 'telegram', many: true, withoutGroups: ['off'] },
    // Their addresses are constants in its clients. A mention in a Slack room where it answers everything is told to its
    // model twice; of Discord it does not get the texts of messages that mention nobody, and answers none of them.
    { type: 'slack', without: ['api_root'], withoutGroups: ['off', 'all'] },
    { type: 'discord', without: ['api_root', 'guild'], withoutGroups: ['off', 'all'] },
  ],
  ownedPaths: [
    { path: 'version', instead: 'remove it' },
    { path: 'build_info', instead: 'remove it' },
    { path: 'gateway.port', instead: 'write config: { port: … } for the public port' },
    { path: 'gateway.host', instead: 'the port is published by the container engine: docker run -p' },
    { path: 'gateway.log_level', instead: 'write config: { log_level: … }' },
    { path: 'gateway.hot_reload', instead: 'remove it: a new configuration takes a new container' },
    { path: 'agents.defaults.model_name', instead: 'write model: at the top level' },
    { path: 'agents.defaults.provider', instead: 'write provider: at the top level' },
    { path: 'agents.defaults.workspace', instead: 'mount a volume at /home/clawden/workspace' },
    { path: 'model_list', instead: 'write provider: and model: at the top level' },
    { path: 'channel_list.pico', instead: 'give the channel another name' },
    { path: 'channel_list.telegram', instead: 'write channels: { telegram: … } at the top level' },
    { path: 'channel_list.discord', instead: 'write channels: { discord: … } at the top level' },
    { path: 'channel_list.slack', instead: 'write channels: { slack: … } at the top level' },
    // What it sends hides the answer of the turn: https://github.com/sipeed/picoclaw, pkg/agent.
    { path: 'tools.message', instead: 'remove it: a reply is the answer of its turn' },
  ],
  stateDirectories: [],
  stateSeeds: [],
  // Any live process with the number in a left pid file blocks the start; the log only grows.
  staleFiles: ['.picoclaw.pid', '.picoclaw.pid.tmp', 'logs/gateway.log'],
  // Its standard error is this file.
  failureFiles: ['logs/gateway_panic.log'],
  // Its pid file means nothing in another container.
  lockState: true,
  // Polling is tried again every 8 s, each try with a line of its own; that it works again is never said.
  channelSigns: [
    { type: 'telegram', pattern: polling('api: 409'), reason: 'poller-conflict', lasts: 30_000 },
    { type: 'telegram', pattern: polling('api: 40[14]'), reason: 'token-rejected', lasts: 30_000 },
    { type: 'telegram', pattern: polling('api: 5[0-9][0-9]'), reason: 'unreachable', lasts: 30_000 },
    {
      type: 'telegram',
      // An idle connection that the server closed is no outage: the next try opens another.
      pattern: polling('internal execution: request call: (?!.*server closed connection)'),
      reason: 'unreachable',
      lasts: 90_000,
    },
    // It takes ten digits, a colon and 35 characters for a token, asks nobody, and does not try again.
    gaveUp('.*invalid token format', 'token-rejected'),
    // Asked once, at the start; a token that is refused later shows in no line.
    gaveUp('slack auth test failed: (invalid_auth|not_authed|not_allowed_token_type)', 'token-rejected'),
    gaveUp('slack auth test failed: (token_revoked|token_expired|account_inactive)', 'token-revoked'),
    gaveUp('.*HTTP 401 Unauthorized', 'token-rejected'),
    gaveUp('', 'down'),
  ],
  exposedPaths: [{ methods: ['GET'], path: /^\/pico\/(ws|media\/[\w-]+)$/ }],
  reload: 'restart',
};

/** Before 0.3 `/ready` never said yes: https://github.com/sipeed/picoclaw/commit/fac5603da */
export function forVersion(version: string): RuntimeDescriptor {
  if (!/^v?0\.[0-2]\./.test(version)) return descriptor;
  return { ...descriptor, probes: { ...descriptor.probes, ready: health } };
}

/** Its own words about a start that failed, as they stand in the log and in the failure file. */
function startFailure(reason: string): RegExp {
  return new RegExp(`(Gateway startup failed error="|^Error: )${reason}`);
}

function polling(trouble: string): RegExp {
  return new RegExp(`^[\\d:]+ ERR telego \\S+ > Getting updates: telego: getUpdates: ${trouble}`);
}

/** A channel that it leaves off from here on. */
function gaveUp(error: string, reason: ChannelReason): ChannelSign {
  const head = String.raw`^[\d:]+ ERR channels \S+ > Failed to (initialize|start) channel`;
  const pattern = new RegExp(String.raw`${head} error="${error}.*" channel=(?<account>[\w-]+)`);
  return { pattern, reason, lasts: Number.POSITIVE_INFINITY };
}
