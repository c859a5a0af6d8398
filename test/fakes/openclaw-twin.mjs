#!/usr/bin/env node
/**
 * Stands in for OpenClaw's gateway where a test needs it to misbehave on demand, or needs a start in milliseconds. Does
 * what the real one was measured to do: `config validate --json`, probes by body, chat completions through the
 * provider of its configuration, a drain on SIGTERM. Mounted over the real program's file.
 *
 * A test steers it with /home/clawden/workspace/twin.json, read at each start:
 *   exitAfter {ms, code, say}   ends by itself       ignoreTerm  deaf to SIGTERM
 *   startDelay ms               until it serves      orphans n   double-forked children at the start
 *   say [lines]                 printed at the start  allocate MiB  memory taken after the start
 *   failing [channels]          named by /readyz      starts n     `exitAfter` only for the first n starts
 *   validateDelay ms            before its validator answers
 *   validate [words]            run in its place as the validator, `sh -c`
 *   daemon true                 leaves a `sleep 1000` in a session of its own
 *   flood {kind, bytes, after}  floods its output from a helper: zeros, lines, binary, ansi
 *   descendants obey|ignore     one in its group, one in a session of its own; all write what they hear of TERM to
 *                               workspace/heard. Needs test/process/fixtures/twin.sh at /opt/clawden/twin.sh
 *   stopDelay ms                from SIGTERM to its end, default 50
 *   hangAfterTurns              on SIGTERM says when no turn is in flight any more, and never ends
 *   shell "script"              run by a child once it serves
 *   telegram                    polls its bot, answers whom its configuration allows
 *   asked                       writes what each turn brings into workspace/asked
 *   environment                 writes its own to twin-environment.json at the start
 */
import { spawn, spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { createServer } from 'node:http';

const workspace = '/home/clawden/workspace';
if (process.argv[2] === 'flood') flood(process.argv[3], Number(process.argv[4]));
const config = JSON.parse(readFileSync(process.env.OPENCLAW_CONFIG_PATH, 'utf8'));

const behaviour = read('twin.json') ?? {};

if (process.argv[2] === 'config') {
  if (behaviour.validate) spawnSync('/bin/sh', ['-c', behaviour.validate], { stdio: 'inherit' });
  if (behaviour.validateDelay) await new Promise((resolve) => setTimeout(resolve, behaviour.validateDelay));
  console.log(JSON.stringify({ valid: true, path: process.env.OPENCLAW_CONFIG_PATH, warnings: [] }));
  process.exit(0);
}
if (process.argv[2] === 'secrets') {
  // Its commands ask for themselves; twice, to see that the second time nothing is there.
  console.log(JSON.stringify([Object.keys(secrets()), Object.keys(secrets())]));
  process.exit(0);
}
if (process.argv[2] !== 'gateway') {
  console.log(JSON.stringify({ twin: process.argv.slice(2) }));
  process.exit(Number(/^exit-(\d+)$/.exec(process.argv[2] ?? '')?.[1] ?? 0));
}

// Two at once would fight over the state: the kernel gives this name to one process only.
createServer()
  .on('error', () => appendFileSync(`${workspace}/twin-violations`, `${process.pid}\n`))
  .listen({ path: '\0openclaw-twin-is-alone' });

// Like the real one: all secrets in one call of the configured command, before the port opens; no token, no start.
const given = secrets();
const token = given['gateway/token'];
if (token === undefined) {
  console.error('Startup failed: required secrets are unavailable.');
  await new Promise((resolve) => setImmediate(resolve)); // for the mark above
  process.exit(1);
}

const starts = (read('twin-starts.json') ?? 0) + 1;
writeFileSync(`${workspace}/twin-starts.json`, String(starts));
for (const line of behaviour.say ?? []) console.log(line);
if (behaviour.environment) {
  writeFileSync(`${workspace}/twin-environment.json`, JSON.stringify(process.env));
}

let serving = false;
let draining = false;
let inFlight = 0;
const leaving = new AbortController();
const sessions = new Map();

const server = createServer((request, response) => {
  const path = request.url.split('?')[0];
  const send = (status, body) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  };
  if (path === '/healthz') return send(200, { ok: true, status: 'live' });
  if (path === '/startupz') {
    const status = draining ? 'draining' : serving ? 'started' : 'starting';
    return send(status === 'started' ? 200 : 503, { ok: serving && !draining, status });
  }
  if (path === '/readyz') {
    const failing = behaviour.failing ?? [];
    return send(failing.length === 0 ? 200 : 503, { ready: failing.length === 0, failing });
  }
  if (request.headers.authorization !== `Bearer ${token}`) {
    return send(401, { error: { type: 'unauthorized' } });
  }
  if (path === '/v1/chat/completions' && !draining) return void turn(request, response);
  if (path === '/api/mirror') return send(200, { headers: request.headers });
  send(draining ? 503 : 404, { error: { type: draining ? 'gateway_unavailable' : 'not_found' } });
});

async function turn(request, response) {
  inFlight += 1;
  const abort = new AbortController();
  response.on('close', () => abort.abort());
  try {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    if (behaviour.asked) appendFileSync(`${workspace}/asked`, `${body.messages.at(-1).content}\n`);
    const key = request.headers['x-openclaw-session-key'] ?? String(Math.random());
    const history = [...(sessions.get(key) ?? []), ...body.messages];
    const reply = await complete(history, abort.signal);
    sessions.set(key, [...history, reply]);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const chunk = (delta, finish_reason = null) =>
      response.write(`data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason }] })}\n\n`);
    chunk({ role: 'assistant' });
    chunk({ content: reply.content });
    chunk({}, 'stop');
    response.end('data: [DONE]\n\n');
  } catch {
    if (!response.headersSent) response.writeHead(502);
    response.end();
  } finally {
    inFlight -= 1;
    if (draining && inFlight === 0) settled(0);
  }
}

async function complete(messages, signal) {
  const { baseUrl, models } = config.models.providers.clawden;
  const body = { model: models[0].id, messages };
  const authorization = `Bearer ${process.env.CLAWDEN_MODEL_KEY}`;
  const answer = await post(`${baseUrl}/chat/completions`, body, signal, { authorization });
  return answer.choices[0].message;
}

function bots() {
  return Object.values(config.channels.telegram.accounts ?? {});
}

/** Its open poll ends with the signal, as that of the real one does. */
async function pollTelegram({ apiRoot, allowFrom, botToken }) {
  const call = (method, body) => post(`${apiRoot}/bot${given[botToken.id]}/${method}`, body, leaving.signal);
  let offset = 0;
  while (!leaving.signal.aborted) {
    const { result = [] } = await call('getUpdates', { offset, timeout: 20 }).catch(() => ({}));
    for (const { update_id, message } of result) {
      offset = update_id + 1;
      if (!message?.text || !allowFrom.includes(String(message.from.id))) continue;
      const { content } = await complete([{ role: 'user', content: message.text }], leaving.signal);
      await call('sendMessage', { chat_id: message.chat.id, text: content });
    }
  }
}

async function post(url, body, signal, more = {}) {
  const headers = { 'content-type': 'application/json', ...more };
  return (await fetch(url, { method: 'POST', headers, body: JSON.stringify(body), signal })).json();
}

if (behaviour.descendants) {
  for (const [name, ...before] of [['group'], ['daemon', 'setsid']]) {
    const words = ['sh', '/opt/clawden/twin.sh', 'linger', name, `${workspace}/heard`, behaviour.descendants];
    const [program, ...rest] = [...before, ...words];
    spawn(program, rest, { stdio: 'ignore' });
  }
}

process.on('SIGTERM', () => {
  if (behaviour.descendants) appendFileSync(`${workspace}/heard`, 'main TERM\n');
  if (behaviour.ignoreTerm) return;
  draining = true;
  leaving.abort();
  if (inFlight === 0) settled(behaviour.stopDelay ?? 50);
});

/** The real one waits here for a Telegram whose start never reached its server. */
function settled(delay) {
  if (!behaviour.hangAfterTurns) return void setTimeout(() => process.exit(0), delay);
  const message = 'active-work drain settled; beginning server close';
  const time = new Date().toISOString();
  console.log(JSON.stringify({ time, level: 'info', subsystem: 'gateway', message }));
}

setTimeout(() => {
  server.listen(config.gateway.port, '127.0.0.1', () => {
    serving = true;
    for (let index = 0; index < (behaviour.orphans ?? 0); index += 1) {
      spawn('/bin/sh', ['-c', 'sleep 0.2 & exit 0'], { stdio: 'ignore' });
    }
    if (behaviour.telegram) for (const bot of bots()) void pollTelegram(bot).catch(() => undefined);
    if (behaviour.shell) spawn('/bin/sh', ['-c', behaviour.shell], { cwd: workspace, stdio: 'inherit' });
    if (behaviour.daemon) spawn('/bin/sh', ['-c', 'sleep 1000 &'], { stdio: 'ignore', detached: true });
    if (behaviour.allocate) allocate(behaviour.allocate);
    if (behaviour.flood) setTimeout(floodFromHelper, behaviour.flood.after ?? 0);
  });
}, behaviour.startDelay ?? 0);

if (behaviour.exitAfter && starts <= (behaviour.starts ?? Number.POSITIVE_INFINITY)) {
  setTimeout(() => {
    if (behaviour.exitAfter.say) console.error(behaviour.exitAfter.say);
    process.exit(behaviour.exitAfter.code ?? 1);
  }, behaviour.exitAfter.ms ?? 0);
}

function secrets() {
  const { provider, id } = config.gateway.auth.token;
  const { command } = config.secrets.providers[provider];
  const ids = [id, ...bots().map(({ botToken }) => botToken.id)];
  // Its environment holds nothing of the gateway's.
  const { status, stdout } = spawnSync(command, [], {
    input: JSON.stringify({ protocolVersion: 1, provider, ids }),
    env: { OPENCLAW_CLI: '1' },
    encoding: 'utf8',
  });
  return status === 0 ? JSON.parse(stdout).values : {};
}

function allocate(mebibytes) {
  const held = [];
  const timer = setInterval(() => {
    held.push(Buffer.alloc(32 * 1024 * 1024, 1));
    if (held.length * 32 >= mebibytes) clearInterval(timer);
  }, 20);
}

/** From another process: a pipe that nobody reads must not keep this one from answering probes. */
function floodFromHelper() {
  const { kind, bytes } = behaviour.flood;
  const helper = spawn(process.execPath, [process.argv[1], 'flood', kind, String(bytes)], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  helper.on('exit', () => console.log(`the flood of ${kind} is over`));
}

function flood(kind, bytes) {
  const pieces = {
    zeros: () => Buffer.alloc(65536),
    lines: (at) => Buffer.from(Array.from({ length: 1000 }, (_, i) => `flood ${at * 1000 + i}\n`).join('')),
    binary: () => Buffer.alloc(65536, Buffer.from([0xff, 0xc3, 0x28, 0x00, 0xed, 0xa0, 0x80, 0xf0, 0x9f])),
    ansi: () => Buffer.alloc(65536, '\u001b[2J\u001b[31mred\u001b[0m\r\u001b]0;title\u0007'),
  };
  for (let sent = 0, at = 0; sent < bytes; at += 1) {
    const piece = pieces[kind](at);
    for (let from = 0; from < piece.length; ) from += writeSync(1, piece, from);
    sent += kind === 'lines' ? 1000 : piece.length;
  }
  process.exit(0);
}

function read(name) {
  return existsSync(`${workspace}/${name}`)
    ? JSON.parse(readFileSync(`${workspace}/${name}`, 'utf8'))
    : undefined;
}
