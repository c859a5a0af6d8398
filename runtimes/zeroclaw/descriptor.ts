import type { JsonObject, NativeName, RuntimeDescriptor } from '../contract.ts';

const MiB = 1024 * 1024;

/**
 * ZeroClaw 0.8.4. Exit codes, probes, the stop and the memory figures were measured on the real program (built from the
 * tag, without optimisation); upstream's pages: https://github.com/zeroclaw-labs/zeroclaw/tree/v0.8.4/docs/book
 */
export const descriptor: RuntimeDescriptor = {
  name: 'zeroclaw',
  title: 'ZeroClaw',
  version: '0.8.4',
  defaultPort: 42617,
  executable: {
    command: ['{dir}/zeroclaw'],
    // Without -v not even an error of a channel is printed (zeroclaw#9457).
    serve: ['-v', 'daemon'],
    file: '{dir}/zeroclaw',
  },
  probes: {
    // `status` is "ok" whatever happens; the components tell. The pid, since a taken port leaves the process alive.
    ready: {
      path: '/health',
      expect: { status: 'ok', runtime: { components: { gateway: { status: 'ok' } } } },
      timeout: 4_000,
      pidKey: 'runtime.pid',
    },
    live: { path: '/health', expect: { status: 'ok' }, timeout: 5_000, pidKey: 'runtime.pid' },
    channels: { path: '/api/channels', timeout: 4_000, bearer: true, failing: notCompiled },
    // It starts in half a second. A port that is taken is tried again for ever, so a long wait gains nothing.
    startDeadline: 60_000,
    readyInterval: 100,
    liveInterval: 5_000,
    // The process hides a dead gateway: after 12 s it is restarted. A reload takes the gateway away for under 1 s.
    liveFailures: 4,
  },
  // After the signal every turn is cut within 0.5 s, so they are drained before it; 5 s are kept for its own exit.
  stop: { signal: 'SIGTERM', budget: 305_000, grace: 5_000, drains: 'relay' },
  exits: [
    { class: 'config', codes: [1], output: /^Error: ZEROCLAW_\w+ (did not resolve|→)|degraded security/ },
  ],
  restart: {
    backoffBase: 500,
    backoffCap: 30_000,
    budget: 5,
    window: 600_000,
    requestedBudget: 10,
  },
  // The whole container idles at 53 MiB and held twelve turns at once in 116; what its agent runs comes on top.
  memory: { floor: 192 * MiB, recommended: 512 * MiB },
  environment: {
    // A lower-case name that is no configuration path ends it with 1; the others fill in credentials by themselves.
    never: [/^ZEROCLAW_/, /^SLACK_/, /^LINE_CHANNEL_/, /^(GROQ|NOTION|BEDROCK)_API_KEY$/, /^JIRA_/, /^AWS_/],
  },
  dialects: ['openai', 'anthropic'],
  // Compiled into the official release and mapped by us; Slack, Signal, Mattermost, IRC and others are not compiled.
  nativeChannels: [
    {
      type: 'telegram',
      many: true,
      withoutGroups: ['off'],
      answersStrangers: true,
    },
    // Discord is compiled in, but one try that does not reach its gateway ends the channel until the next start, and its
    // socket takes no proxy of the environment (measured): the relay is the better one.
  ],
  ownedPaths: [
    { path: 'schema_version', instead: 'remove it: the supervisor writes the version of the release' },
    { path: 'gateway.port', instead: 'write config: { port: … } for the public port' },
    { path: 'gateway.host', instead: 'the port is published by the container engine: docker run -p' },
    {
      path: 'gateway.allow_public_bind',
      instead: 'the port is published by the container engine: docker run -p',
    },
    { path: 'gateway.allow_remote_admin', instead: 'remove it: the administration paths are closed' },
    { path: 'gateway.require_pairing', instead: 'set CLAWDEN_TOKEN' },
    { path: 'gateway.paired_tokens', instead: 'set CLAWDEN_TOKEN' },
    { path: 'gateway.pairing_dashboard', instead: 'set CLAWDEN_TOKEN' },
    { path: 'gateway.path_prefix', instead: 'put a proxy in front of the published port' },
    { path: 'gateway.trust_forwarded_headers', instead: 'remove it: the supervisor is the only proxy' },
    { path: 'gateway.tls', instead: 'put TLS in front of the published port' },
    { path: 'gateway.web_dist_dir', instead: 'remove it: the dashboard is not in this image' },
    { path: 'gateway.check_updates', instead: 'remove it: a new version comes with a new image' },
    { path: 'gateway.allow_self_upgrade', instead: 'remove it: a new version comes with a new image' },
    { path: 'providers.models.*.clawden.uri', instead: 'write provider: at the top level' },
    { path: 'providers.models.*.clawden.api_key', instead: 'write provider: at the top level' },
    { path: 'providers.models.*.clawden.model', instead: 'write model: at the top level' },
    { path: 'agents.clawden.model_provider', instead: 'write provider: and model: at the top level' },
    { path: 'agents.clawden.workspace.path', instead: 'mount a volume at /home/clawden/workspace' },
    { path: 'agents.*.channels', instead: 'write channels: at the top level' },
    { path: 'channels', instead: 'write channels: at the top level' },
    { path: 'peer_groups', instead: 'write allow_from: of the channel' },
    { path: 'tunnel', instead: 'the port is published by the container engine: docker run -p' },
    { path: 'wss', instead: 'the port is published by the container engine: docker run -p' },
  ],
  stateDirectories: [],
  stateSeeds: [],
  staleFiles: [],
  failureFiles: [],
  // A tool call that was denied is a warning with its arguments: words of a conversation.
  conversationLines: /^\[[^\]]*\] \S+ +WARN zeroclaw_log_event: zc_name=zeroclaw_runtime::agent::turn/,
  channelSigns: [
    {
      type: 'telegram',
      pattern: telegramSays(String.raw`Telegram polling conflict \(409\)`),
      reason: 'poller-conflict',
      // It then waits 35 s and polls for 30: said again within 65 s as long as it lasts, and never taken back.
      lasts: 90_000,
    },
    {
      type: 'telegram',
      pattern: telegramSays(
        String.raw`(Telegram getUpdates API error \(code=40[14]\)|Startup probe: API error)`,
        String.raw`(\{"desc":[^}]*"error_code":40[14]\}|\{"error_code":40[14],[^}]*\}|\S*)`,
      ),
      reason: 'token-rejected',
      lasts: 60_000,
    },
    {
      type: 'telegram',
      pattern: telegramSays('(startup probe error; retrying in 5s|poll error)'),
      reason: 'unreachable',
      lasts: 60_000,
    },
  ],
  exposedPaths: [
    // Everything under /admin trusts loopback, as our proxy is; pairing and configuration hand out the whole agent.
    { methods: ['GET'], path: /^\/ws\/chat$/ },
    { methods: ['POST'], path: /^\/webhook$/ },
    { methods: ['GET'], path: /^\/api\/(status|health|channels|tools|cost)$/ },
    { methods: ['GET', 'POST', 'PUT', 'DELETE'], path: /^\/api\/(sessions|memory)(\/[\w:-]+){0,2}$/ },
  ],
  reload: 'restart',
};

/** Types that are configured and not compiled in: such a channel is skipped, and everything else looks well. */
function notCompiled(body: JsonObject): readonly NativeName[] {
  const channels = Array.isArray(body['channels']) ? (body['channels'] as readonly JsonObject[]) : [];
  return channels
    .filter(({ compiled }) => compiled === false)
    .map(({ type, name }) => ({ type: String(type), account: String(name) }));
}

/** A line of its Telegram channel; the fields in front keep texts of conversations from being taken for signs. */
function telegramSays(message: string, attributes = '.*'): RegExp {
  const head = String.raw`^\[[^\]]*\] \S+ +WARN zeroclaw_log_event: zc_name=zeroclaw_channels::telegram `;
  return new RegExp(`${head}.*zc_attrs=${attributes} zc_has_duration=.* zc_line=\\d+ ${message}`);
}
