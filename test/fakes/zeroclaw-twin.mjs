#!/usr/local/bin/node
/**
 * Stands in for ZeroClaw 0.8.4 where a test needs it to misbehave on demand, or needs a start in milliseconds. Does what
 * the real one was measured to do, its faults included: it swallows unknown keys, resets a broken section without a word,
 * says "ok" whatever happens, lives on with a dead gateway, answers strangers with a notice, throws away what Telegram
 * held for it, cuts turns 0.5 s after SIGTERM. Mounted over the real program's file.
 *
 * A test steers it with /home/clawden/workspace/twin.json, read at each start:
 *   exitAfter {ms, code, say}   ends by itself       ignoreTerm     deaf to SIGTERM
 *   startDelay ms               until it serves      orphans n      double-forked children at the start
 *   say [lines]                 printed at the start allocate MiB   memory taken after the start
 *   starts n                    `exitAfter` and `deadGateway` only for the first n starts
 *   validateDelay ms            before its checks answer
 *   deadGateway ms              its port closes and the process lives on
 *   notCompiled [types]         channel types that this build lacks
 *   answersStrangers            a turn for whoever writes    deafChat  well by its probe, silent on its chat socket
 *   forgets                     no session remembers
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const words = process.argv.slice(2).filter((word) => word !== '-v');
const at = words.indexOf('--config-dir');
const dir = at >= 0 ? words.splice(at, 2)[1] : process.env.ZEROCLAW_CONFIG_DIR;
const workspace = '/home/clawden/workspace';
const behaviour = read(`${workspace}/twin.json`) ?? {};
const compiled = [
  'telegram',
  'discord',
  'email',
  'matrix',
  'lark',
  'whatsapp',
  'webhook',
  'filesystem',
].filter((type) => !behaviour.notCompiled?.includes(type));
const sections =
  'a2a agents channels cost cron gateway heartbeat http_request mcp mcp_bundles memory observability peer_groups providers reliability risk_profiles runtime_profiles scheduler security skills web_fetch web_search';

/** As much of the types as tests get wrong. */
const rules = [
  ['gateway.port', 'number'],
  ['gateway.require_pairing', 'boolean'],
  ['memory.auto_save', 'boolean'],
  ['memory.search_mode', 'string'],
  ['risk_profiles.clawden.level', 'string'],
];

if (words[0] === '--version') finish('zeroclaw 0.8.4');
if (words.join(' ') === 'config schema') finish(JSON.stringify(schema()));
const { config, broken } = load();
const command = words.join(' ');
if (behaviour.validateDelay && command !== 'daemon') await sleep(behaviour.validateDelay);
if (command === 'config migrate --json') {
  const answer = { error: broken ?? null, migrated: false, schema_version: 3, valid: broken === undefined };
  finish(JSON.stringify(answer, null, 2), broken ? 1 : 0);
}
if (command === 'config patch --json') {
  const fault = dangling();
  if (!fault) finish(JSON.stringify({ results: [], saved: true }, null, 2));
  console.error(JSON.stringify(fault, null, 2));
  process.exit(1);
}
if (command === 'self-test --quick') {
  const lacking = Object.keys(config.channels ?? {}).filter((type) => !compiled.includes(type));
  if (lacking.length === 0) finish('  ✓ 6/9 channels — ok\n\n  All 9 checks passed.');
  finish(`  ✗ 6/9 channels — configured but not compiled: ${lacking.join()}\n\n  1/9 checks failed.`, 1);
}
if (command !== 'daemon') {
  finish(JSON.stringify({ twin: words }), Number(/^exit-(\d+)$/.exec(words[0] ?? '')?.[1] ?? 0));
}

const starts = (read(`${workspace}/twin-starts.json`) ?? 0) + 1;
writeFileSync(`${workspace}/twin-starts.json`, String(starts));
const early = starts <= (behaviour.starts ?? Number.POSITIVE_INFINITY);
for (const line of behaviour.say ?? []) console.log(line);
const components = {
  daemon: ok(),
  gateway: { ...ok(), status: 'starting' },
  channels: ok(),
  scheduler: ok(),
};
const port = config.gateway?.port ?? 42617;
const server = createServer((request, response) => {
  const { pathname } = new URL(request.url, 'http://twin');
  const send = (status, body) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  if (pathname === '/health') {
    return send(200, { status: 'ok', paired: true, runtime: { pid: process.pid, components } });
  }
  // The real one asks loopback for no token here either.
  if (pathname.startsWith('/admin/')) return send(200, { success: true });
  if (!authorized(request)) return send(401, { error: 'Unauthorized' });
  if (pathname === '/api/channels') return send(200, { channels: channelList() });
  if (pathname === '/api/status') return send(200, { headers: request.headers });
  send(404, { error: 'not_found', path: pathname });
});
server.on('upgrade', (request, socket) => {
  const { pathname, searchParams } = new URL(request.url, 'http://twin');
  const agent = config.agents?.[searchParams.get('agent')];
  const status = authorized(request) ? (pathname === '/ws/chat' && agent ? 101 : 400) : 401;
  if (status !== 101) return socket.end(`HTTP/1.1 ${status} Refused\r\ncontent-length: 0\r\n\r\n`);
  chat(socket, request.headers['sec-websocket-key'], searchParams.get('session_id'), agent);
});
// A taken port never ends the process: it is tried again, and everything else goes on.
server.on('error', (error) => {
  console.error(
    `[system] ${new Date().toISOString()} ERROR zeroclaw_log_event: zc_name=zeroclaw_runtime::daemon ${error.message}`,
  );
  setTimeout(() => server.listen(port, '127.0.0.1'), 2_000);
});
server.on('listening', () => {
  components.gateway = ok();
  console.log(`🦀 ZeroClaw Gateway listening on http://127.0.0.1:${port}`);
  for (const { type, alias } of channelList().filter((one) => one.compiled && one.enabled)) {
    components[`channel:${type}.${alias}`] = ok();
    if (type === 'telegram') void telegram(alias, config.channels.telegram[alias]);
  }
  for (let index = 0; index < (behaviour.orphans ?? 0); index += 1) {
    spawn('/bin/sh', ['-c', 'sleep 0.2 & exit 0'], { stdio: 'ignore' });
  }
  if (behaviour.allocate) allocate(behaviour.allocate);
  if (behaviour.deadGateway && early) setTimeout(closeGateway, behaviour.deadGateway);
});
setTimeout(() => server.listen(port, '127.0.0.1'), behaviour.startDelay ?? 0);
setInterval(() => undefined, 60_000);
process.on('SIGTERM', () => {
  if (!behaviour.ignoreTerm) setTimeout(() => process.exit(0), 500);
});
if (behaviour.exitAfter && early) {
  setTimeout(() => {
    if (behaviour.exitAfter.say) console.error(behaviour.exitAfter.say);
    process.exit(behaviour.exitAfter.code ?? 1);
  }, behaviour.exitAfter.ms ?? 0);
}

/** One socket: history is read at its opening; frames in, frames out; its end cancels the turn. */
function chat(socket, key, session, agent) {
  const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: ${accept}\r\n\r\n`,
  );
  const file = `${dir}/data/sessions/${Buffer.from(session ?? '').toString('hex')}.json`;
  const history = behaviour.forgets ? [] : (read(file) ?? []);
  const abort = new AbortController();
  let decide;
  const send = (frame) => socket.writable && socket.write(framed(JSON.stringify(frame)));
  send({
    type: 'session_start',
    session_id: session,
    resumed: history.length > 0,
    message_count: history.length,
  });
  socket.on('error', () => abort.abort());
  socket.on('close', () => abort.abort());
  let rest = Buffer.alloc(0);
  socket.on('data', (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    for (let frame = unframed(rest); frame; frame = unframed(rest)) {
      rest = rest.subarray(frame.length);
      // It drops the connection without a close frame of its own.
      if (frame.code === 8) return socket.destroy();
      const message = frame.code === 1 ? JSON.parse(frame.text) : {};
      if (message.type === 'approval_response') decide?.(message.decision);
      else if (message.type === 'message' && !behaviour.deafChat) void turn(message.content);
    }
  });

  async function turn(content) {
    history.push({ role: 'user', content: `${stamp()} ${content}` });
    const ask = (name, args) =>
      new Promise((resolve) => {
        decide = resolve;
        setTimeout(resolve, 120_000, 'deny').unref();
        send({
          type: 'approval_request',
          request_id: 'r1',
          tool: name,
          arguments_summary: args,
          timeout_secs: 120,
        });
      });
    try {
      const text = await think(agent, history, { stream: true, signal: abort.signal, send, ask });
      history.push({ role: 'assistant', content: text });
      mkdirSync(`${dir}/data/sessions`, { recursive: true });
      writeFileSync(file, JSON.stringify(history));
      send({ type: 'done', full_response: text });
    } catch (error) {
      send({
        type: 'error',
        code: /401/.test(error.message) ? 'AUTH_ERROR' : 'PROVIDER_ERROR',
        message: error.message,
      });
    }
  }
}

/** One turn of the agent: a model request as a stream, then whole ones; a tool of the model's, if it wants one. */
async function think(agent, history, { stream, signal, send, ask }) {
  const [family, alias] = agent.model_provider.split('.');
  const { uri, model, api_key: key } = config.providers.models[family][alias];
  const request = async (streamed) => {
    const body = {
      model,
      stream: streamed,
      messages: history,
      ...(family === 'anthropic' ? { max_tokens: 4096 } : {}),
    };
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}`, 'x-api-key': key };
    const path = family === 'anthropic' ? '/v1/messages' : '/chat/completions';
    const answer = await fetch(uri + path, { method: 'POST', headers, signal, body: JSON.stringify(body) });
    if (answer.ok) return answer;
    const title = family === 'anthropic' ? 'Anthropic' : 'Custom';
    throw new Error(`${title} API error (${answer.status} Refused): ${await answer.text()}`);
  };
  const whole = async () => messageOf(await (await request(false)).json());
  let reply;
  if (stream) {
    const first = request(true).then((answer) => streamed(answer, send));
    reply = await first.catch((error) => {
      if (error.final) throw error;
    });
  }
  const attempts = [];
  for (let attempt = 1; !reply && attempt <= 3 && !signal?.aborted; attempt += 1) {
    reply = await whole().catch((error) => {
      const status = Number(/API error \((\d+)/.exec(error.message)?.[1] ?? 500);
      const kind = { 401: 'auth', 403: 'auth', 429: 'rate_limited' }[status] ?? 'provider_error';
      attempts.push(
        `model_provider=${family} model=${model} attempt ${attempt}/3: error=${error.message}; kind=${kind}; phase=http_response; hint=x`,
      );
      if (status < 500 && status !== 429) attempt = 3;
    });
    if (!reply && attempt < 3) await sleep(attempt * 500);
    if (reply?.text) send?.({ type: 'chunk', content: reply.text });
  }
  if (!reply) throw new Error(`All model_providers/models failed. Attempts:\n${attempts.join('\n')}`);
  if (!reply.tool) return reply.text;
  const { name, args } = reply.tool;
  const supervised = config.risk_profiles[agent.risk_profile]?.level !== 'full';
  const denied = supervised && (await ask?.(name, args)) !== 'approve';
  send?.({ type: 'tool_call', id: 't', name, args });
  const output = denied ? 'Denied by user.' : await shell(JSON.parse(args).command);
  send?.({ type: 'tool_result', id: 't', name, output });
  history.push({
    role: 'assistant',
    content: '',
    tool_calls: [{ id: 't', type: 'function', function: { name, arguments: args } }],
  });
  history.push({ role: 'tool', tool_call_id: 't', content: output });
  return think(agent, history, { stream, signal, send, ask });
}

async function streamed(answer, send) {
  let text = '';
  let tool;
  let ended = false;
  let events = 0;
  for await (const line of lines(answer.body)) {
    if (!line.startsWith('data:')) continue;
    if (line.includes('[DONE]') || line.includes('"message_stop"')) ended = true;
    const event = line.includes('[DONE]') ? {} : JSON.parse(line.slice(5));
    const call = event.choices?.[0]?.delta?.tool_calls?.[0]?.function;
    if (call) tool = { name: call.name ?? tool.name, args: (tool?.args ?? '') + (call.arguments ?? '') };
    const words = event.choices?.[0]?.delta?.content ?? event.delta?.text ?? '';
    if (words) send({ type: 'chunk', content: words });
    text += words;
    events += 1;
  }
  if (events === 0) throw new Error('no stream');
  if (!ended) throw Object.assign(new Error('model_provider stream error: unexpected EOF'), { final: true });
  return { text, tool };
}

async function* lines(body) {
  let rest = '';
  for await (const bytes of body) {
    const parts = (rest + Buffer.from(bytes)).split('\n');
    rest = parts.pop();
    yield* parts;
  }
}

function messageOf(body) {
  const message = body.choices?.[0]?.message;
  const call = message?.tool_calls?.[0]?.function;
  const text = message?.content ?? body.content?.[0]?.text ?? '';
  return { text, tool: call && { name: call.name, args: call.arguments } };
}

/** The agent's shell: nothing of our own environment. */
function shell(line) {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME };
  const child = spawn('/bin/sh', ['-c', line], { cwd: workspace, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => (output += bytes));
  return new Promise((resolve) => child.on('close', () => resolve(output)));
}

/** Asks once without waiting and throws away what it gets, then polls; whoever is no peer gets a notice. */
async function telegram(alias, { api_base_url: root = 'https://api.telegram.org', bot_token: token }) {
  const said = (level, line, text, attributes = '') =>
    console.error(
      `[system] ${new Date().toISOString()}  ${level} zeroclaw_log_event: zc_name=zeroclaw_channels::telegram zc_action=note zc_outcome=unknown zc_category= zc_attrs=${attributes} zc_has_duration=false zc_duration_ms=0 zc_file=crates/zeroclaw-channels/src/telegram.rs zc_line=${line} ${text}`,
    );
  const call = async (method, body) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${root}/bot${token}/${method}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    return answer.json();
  };
  const peers = Object.values(config.peer_groups ?? {})
    .filter(({ channel }) => channel === 'telegram' || channel === `telegram.${alias}`)
    .flatMap(({ external_peers: list }) => list ?? []);
  const agents = Object.values(config.agents ?? {});
  const agent = agents.find(({ channels }) => channels?.includes(`telegram.${alias}`)) ?? agents[0];
  const histories = new Map();
  for (let offset = 0, claimed = false; ; ) {
    const timeout = claimed ? 30 : 0;
    const answer = await call('getUpdates', { offset, timeout, allowed_updates: ['message'] }).catch(
      () => undefined,
    );
    if (!answer)
      said('WARN', claimed ? 3815 : 3701, claimed ? 'poll error' : 'startup probe error; retrying in 5s');
    else if (!answer.ok && answer.error_code === 409)
      said(
        'WARN',
        3848,
        'Telegram polling conflict (409): . Ensure only one `zeroclaw` process is using this bot token.',
      );
    else if (!answer.ok && claimed)
      said('WARN', 3861, `Telegram getUpdates API error (code=${answer.error_code}): ${answer.description}`);
    else if (!answer.ok)
      said(
        'WARN',
        3767,
        'Startup probe: API error : ; retrying in 5s',
        JSON.stringify({ desc: answer.description, error_code: answer.error_code }),
      );
    if (!answer?.ok) {
      await sleep(answer?.error_code === 409 ? 35_000 : 5_000);
      continue;
    }
    offset = answer.result.at(-1)?.update_id + 1 || offset;
    if (!claimed) await call('setMyCommands', { commands: [{ command: 'new', description: 'Start anew' }] });
    else for (const { message } of answer.result) if (message?.text) void receive(message);
    claimed = true;
  }

  async function receive({ chat: { id }, from, text }) {
    const send = (words) => call('sendMessage', { chat_id: String(id), parse_mode: 'HTML', text: words });
    const known = peers.includes('*') || peers.includes(String(from.id)) || behaviour.answersStrangers;
    if (!known) {
      return send(
        `🔐 This bot requires operator approval.\n\nzeroclaw channel bind-telegram ${from.id} --alias ${alias}`,
      );
    }
    const history = histories.get(id) ?? [];
    histories.set(id, history);
    history.push({
      role: 'user',
      content: `[turn-context] channel=telegram sender=${from.id}\n\n${stamp()} ${text}`,
    });
    const reply = await think(agent, history, { stream: false }).catch(
      (error) => `⚠️ Error: ${error.message}`,
    );
    history.push({ role: 'assistant', content: reply });
    await send(reply);
  }
}

/** The file, each broken section gone back to its defaults, under the variables of the mirror. */
function load() {
  const text = existsSync(`${dir}/config.toml`) ? readFileSync(`${dir}/config.toml`, 'utf8') : '';
  const config = parseToml(text);
  const found = rules.find(([path, kind]) => !fits(path.split('.'), kind, config));
  let broken;
  if (found) {
    const [section] = found[0].split('.');
    broken = `migrated config failed to deserialize as current schema: invalid type, expected ${found[1]}\nin \`${found[0]}\`\n`;
    delete config[section];
    console.error(
      `warning: config section \`${section}\` in ${dir}/config.toml is malformed and was reset to defaults for this run.`,
    );
  }
  for (const [name, value] of Object.entries(process.env)) {
    const tail = /^ZEROCLAW_([a-z0-9_]+)$/.exec(name)?.[1];
    if (!tail) continue;
    const path = tail.split('__');
    if (!sections.split(' ').includes(path[0]) || path.length < 2) {
      console.error(
        `Error: ${name} did not resolve to a schema path\n\nCaused by:\n    no schema field has env-form \`${tail}\``,
      );
      process.exit(1);
    }
    const last = path.pop();
    path.reduce((table, key) => below(table, key, {}), config)[last] = value;
  }
  return { config, broken };
}

function fits(path, kind, value) {
  for (const key of path) value = value?.[key];
  return value === undefined || typeof value === kind;
}

/** The first reference that leads nowhere, or a token that is missing. */
function dangling() {
  const fault = (code, path, message) => ({ code, message: `${path} ${message}`, path });
  for (const [alias, agent] of Object.entries(config.agents ?? {})) {
    const [family, name] = (agent.model_provider ?? '').split('.');
    if (!config.providers?.models?.[family]?.[name])
      return fault('dangling_reference', `agents.${alias}.model_provider`, 'is not configured');
    if (!config.risk_profiles?.[agent.risk_profile])
      return fault('dangling_reference', `agents.${alias}.risk_profile`, 'is not configured');
  }
  for (const [alias, { enabled, bot_token: token }] of Object.entries(config.channels?.telegram ?? {})) {
    if (enabled && !token)
      return fault('required_field_empty', `channels.telegram.${alias}.bot_token`, 'is required');
  }
  return undefined;
}

/** TOML as our own renderer writes it: every value of it is JSON too. */
function parseToml(text) {
  const root = {};
  let table = root;
  for (const line of text.split('\n')) {
    const [, open, header] = /^(\[\[?)(.+?)\]\]?$/.exec(line) ?? [];
    const [, key, value] = header ? [] : (/^("[^"]*"|[\w-]+) = (.+)$/.exec(line) ?? []);
    if (header) {
      const keys = [...header.matchAll(/"([^"]*)"|([\w-]+)/g)].map(([, quoted, bare]) => quoted ?? bare);
      const last = keys.pop();
      const above = keys.reduce((outer, name) => [below(outer, name, {})].flat().at(-1), root);
      if (open === '[[') below(above, last, []).push({});
      table = [below(above, last, {})].flat().at(-1);
    } else if (key) table[key.replaceAll('"', '')] = JSON.parse(value);
  }
  return root;
}

function below(table, key, empty) {
  table[key] ??= empty;
  return table[key];
}

/** As open as the real one, and small: sections, and a few keys of those that tests misspell. */
function schema() {
  const keys = (names) => Object.fromEntries(names.split(' ').map((name) => [name, {}]));
  const map = (names) => ({ additionalProperties: { properties: keys(names) } });
  const open = Object.fromEntries(sections.split(' ').map((name) => [name, { additionalProperties: {} }]));
  const gateway = { $ref: '#/$defs/GatewayConfig' };
  const properties = {
    ...open,
    schema_version: {},
    gateway,
    memory: { properties: keys('auto_save backend search_mode') },
    risk_profiles: map('allowed_commands allowed_tools level workspace_only'),
    runtime_profiles: map('max_context_tokens max_tool_iterations'),
    agents: map('channels mcp_bundles memory model_provider precheck risk_profile runtime_profile workspace'),
    providers: { properties: { models: { properties: { anthropic: {}, custom: {}, openai: {} } } } },
  };
  const defs = { GatewayConfig: { properties: keys('host port request_timeout_secs session_ttl_hours') } };
  return { properties, $defs: defs };
}

function channelList() {
  return Object.entries(config.channels ?? {}).flatMap(([type, aliases]) =>
    Object.entries(aliases).map(([alias, { enabled = false }]) => {
      const there = compiled.includes(type);
      const status = there ? 'unknown' : 'not_compiled';
      return { name: `${type}.${alias}`, type, alias, enabled, compiled: there, status, health: 'degraded' };
    }),
  );
}

function authorized({ headers }) {
  const token = headers.authorization?.replace(/^Bearer /, '') ?? '';
  return config.gateway?.paired_tokens?.includes(createHash('sha256').update(token).digest('hex')) ?? false;
}

function ok() {
  return { status: 'ok', last_error: null, restart_count: 0, last_ok: new Date().toISOString() };
}

function stamp() {
  return `[${new Date().toISOString().slice(0, 19).replace('T', ' ')} +00:00]`;
}

/** A text frame of the server: never masked. */
function framed(text) {
  const body = Buffer.from(text);
  const long = body.length > 65_535;
  const head = Buffer.alloc(body.length < 126 ? 2 : long ? 10 : 4);
  head.writeUInt16BE(0x8100 | (body.length < 126 ? body.length : long ? 127 : 126));
  if (long) head.writeBigUInt64BE(BigInt(body.length), 2);
  else if (body.length > 125) head.writeUInt16BE(body.length, 2);
  return Buffer.concat([head, body]);
}

/** The first whole frame of a client: always masked. */
function unframed(bytes) {
  if (bytes.length < 6) return undefined;
  const short = bytes[1] & 127;
  const at = short === 127 ? 10 : short === 126 ? 4 : 2;
  if (bytes.length < at + 4) return undefined;
  const size =
    short === 127 ? Number(bytes.readBigUInt64BE(2)) : short === 126 ? bytes.readUInt16BE(2) : short;
  const length = at + 4 + size;
  if (bytes.length < length) return undefined;
  const mask = bytes.subarray(at, at + 4);
  const body = Buffer.from(bytes.subarray(at + 4, length), 0, size).map(
    (byte, index) => byte ^ mask[index % 4],
  );
  return { code: bytes[0] & 15, text: Buffer.from(body).toString(), length };
}

function closeGateway() {
  server.close();
  server.closeAllConnections();
}

function allocate(mebibytes) {
  const held = [];
  const timer = setInterval(() => {
    held.push(Buffer.alloc(32 * 1024 * 1024, 1));
    if (held.length * 32 >= mebibytes) clearInterval(timer);
  }, 20);
}

function read(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
}

function finish(text, code = 0) {
  writeFileSync(1, `${text}\n`);
  process.exit(code);
}
