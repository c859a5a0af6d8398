#!/usr/local/bin/node
/**
 * Stands in for PicoClaw's program where a test needs it to misbehave on demand. Does what 0.3.1 and 0.2.9 were measured
 * to do: `version`, `model` as the gate, `/health` and `/ready`, the pico channel with its merged turns, errors without
 * `context_usage`, files that end a turn without a word when the model asked for nothing else, its standard error in a file, the pid file, Telegram by long polling. Mounted over the real file.
 *
 * A test steers it with /home/clawden/workspace/twin.json, read at each start:
 *   release "0.2.9"             /ready never says yes, a failing model is not asked again
 *   exitAfter {ms, code, say}   ends by itself        starts n        `exitAfter` only for the first n starts
 *   startDelay ms               until it serves       validateDelay ms before its gate answers
 *   say [lines]                 printed at the start  orphans n       double-forked children at the start
 *   allocate MiB                memory taken after the start
 * and these lies, each to be caught:
 *   ignoreTerm   deaf to SIGTERM            swallow          its gate takes every key
 *   dead         healthy, but turns to none answerStrangers  Telegram's allow_from does nothing
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { basename, dirname, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const steer = read('/home/clawden/workspace/twin.json') ?? {};
const release = steer.release ?? '0.3.1';
const home = process.env.PICOCLAW_HOME ?? `${process.env.HOME}/.picoclaw`;
const configPath = process.env.PICOCLAW_CONFIG ?? `${home}/config.json`;
const [command] = process.argv.slice(2);

if (command === 'version') console.log(`\n🦞 picoclaw ${release}\n  Go: go1.26.8`);
else if (command === 'model') await gate();
else if (command === 'gateway') await gateway();
else {
  console.log(JSON.stringify({ twin: process.argv.slice(2) }));
  process.exit(Number(/^exit-(\d+)$/.exec(command ?? '')?.[1] ?? 0));
}

async function gate() {
  await sleep(steer.validateDelay ?? 0);
  const { fault } = load();
  if (fault) process.stderr.write(`Error: failed to load config: ${fault}\n`);
  else console.log('Default model: default');
  process.exitCode = fault ? 1 : 0;
}

/** The configuration with its `file://` secrets, or what its loader says against it. */
function load() {
  try {
    const config = read(configPath);
    const keys = {
      '': 'version isolation agents session evolution channel_list model_list gateway events hooks tools heartbeat devices voice build_info',
      gateway: 'host port hot_reload log_level',
      heartbeat: 'enabled interval',
    };
    const unknown = Object.entries(keys).flatMap(([at, known]) =>
      Object.keys((at ? config[at] : config) ?? {})
        .filter((key) => !known.split(' ').includes(key))
        .map((key) => (at ? `${at}.${key}` : key)),
    );
    const entry = 'enabled type allow_from reasoning_channel_id group_trigger typing placeholder settings';
    for (const [name, channel] of Object.entries(config.channel_list ?? {}))
      for (const key of Object.keys(channel))
        if (!entry.split(' ').includes(key)) unknown.push(`channel_list.${name}.${key}`);
    if (unknown.length > 0 && !steer.swallow)
      return { fault: `config.json contains unknown field(s): ${unknown.sort().join(', ')}` };
    for (const [at, value] of Object.entries({
      'gateway.port': config.gateway?.port,
      'heartbeat.interval': config.heartbeat?.interval,
    }))
      if (typeof value === 'string')
        return {
          fault: `config.json type error at line 1, column 1 for field "${at}": expected int but got string`,
        };
    return { config: JSON.parse(JSON.stringify(config), (_key, value) => secret(value)) };
  } catch (error) {
    return { fault: `failed to parse config.json: ${error.message}` };
  }
}

function secret(value) {
  const name = typeof value === 'string' && /^file:\/\/(.+)$/.exec(value)?.[1];
  return name ? readFileSync(resolve(dirname(configPath), name), 'utf8').replace(/\n$/, '') : value;
}

async function gateway() {
  mkdirSync(`${home}/logs`, { recursive: true });
  const { config, fault } = load();
  if (fault) failStart(`error loading config: ${fault}`);
  const { host, port } = config.gateway;
  const starts = (read('/home/clawden/workspace/twin-starts.json') ?? 0) + 1;
  writeFileSync('/home/clawden/workspace/twin-starts.json', String(starts));
  for (const line of steer.say ?? []) console.log(line);
  if (steer.exitAfter && starts <= (steer.starts ?? Number.POSITIVE_INFINITY)) {
    setTimeout(() => {
      if (steer.exitAfter.say) panicLog(steer.exitAfter.say);
      process.exit(steer.exitAfter.code ?? 1);
    }, steer.exitAfter.ms ?? 0);
  }
  process.on('SIGTERM', () => steer.ignoreTerm || stop());
  process.on('SIGINT', stop);
  await sleep(steer.startDelay ?? 0);
  const server = createServer((request, response) => {
    const send = (status, body) => response.writeHead(status).end(JSON.stringify(body));
    if (request.url.startsWith('/pico/media/')) return media(request, response, config);
    if (request.url === '/health') return send(200, { status: 'ok', uptime: '1s', pid: process.pid });
    if (request.url !== '/ready') return send(404, {});
    return release.startsWith('0.2')
      ? send(503, { status: 'not ready', uptime: '' })
      : send(200, { status: 'ready', uptime: '1s' });
  });
  server.on('error', ({ code }) =>
    failStart(
      `error opening gateway listeners: listen tcp4 ${host}:${port}: bind: ${code === 'EADDRINUSE' ? 'address already in use' : code}`,
    ),
  );
  server.listen(port, host, () => {
    takePidFile(host, port);
    const agent = createAgent(config);
    pico(server, config, agent);
    telegram(config, agent);
    for (let index = 0; index < (steer.orphans ?? 0); index += 1)
      spawn('/bin/sh', ['-c', 'sleep 0.2 & exit 0'], { stdio: 'ignore' });
    if (steer.allocate) allocate(steer.allocate);
  });
}

/** Before 0.3 any living process with that number blocks, since then one of the same name. */
function takePidFile(host, port) {
  const other = read(`${home}/.picoclaw.pid`)?.pid;
  const of = (file) =>
    existsSync(`/proc/${other}/${file}`) ? readFileSync(`/proc/${other}/${file}`, 'utf8') : '';
  const blocks = release.startsWith('0.2') ? of('comm') !== '' : of('cmdline').includes('picoclaw');
  if (other && other !== 1 && other !== process.pid && blocks)
    failStart(`singleton check failed: gateway is already running (PID: ${other}, version: ${release})`);
  writeFileSync(`${home}/.picoclaw.pid`, JSON.stringify({ pid: process.pid, host, port }), { mode: 0o600 });
}

/** Turns in flight are cut. */
function stop() {
  rmSync(`${home}/.picoclaw.pid`, { force: true });
  setTimeout(() => process.exit(0), 20);
}

/** Sessions and the model; `run` resolves to a reply, or to nothing when the turn was stopped. */
function createAgent(config) {
  const { workspace, max_parallel_turns: parallel = 1 } = config.agents.defaults;
  const [model] = config.model_list;
  const running = new Map();
  let free = parallel;
  const waiting = [];
  mkdirSync(`${workspace}/sessions`, { recursive: true });
  return { run, stop: (id) => running.get(id)?.abort.abort() };

  /** A message for a session whose turn runs is taken into that turn, which answers the last text. */
  async function run(id, text, tell = () => undefined) {
    const turn = running.get(id);
    if (turn) {
      turn.text = text;
      return undefined;
    }
    const own = { text, tell, abort: new AbortController() };
    running.set(id, own);
    if (free > 0) free -= 1;
    else await new Promise((go) => waiting.push(go));
    try {
      return await answer(id, own);
    } finally {
      running.delete(id);
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  }

  async function answer(id, turn) {
    const file = `${workspace}/sessions/twin-${createHash('sha256').update(id).digest('hex').slice(0, 16)}.json`;
    const history = read(file) ?? [];
    let work = [];
    for (let asked = 0; ; ) {
      const { text } = turn;
      const messages = [...history, { role: 'user', content: text }, ...work];
      let failure;
      try {
        const response = await ask(model, messages, turn.abort.signal);
        const body = await response.text();
        if (response.ok && turn.text === text) {
          const { tool_calls: calls } = JSON.parse(body).choices?.[0]?.message ?? {};
          if (calls?.length > 0) {
            // Seen before or after the frames of its files.
            turn.tell('message.create', { content: '', kind: 'tool_calls', tool_calls: calls });
            const results = calls.map((call) => useTool(call, turn.tell));
            work = [
              ...work,
              { role: 'assistant', content: null, tool_calls: calls },
              ...results.map(({ handled: _, ...one }) => one),
            ];
            if (!results.every(({ handled }) => handled)) continue;
            writeFileSync(file, JSON.stringify([...history, { role: 'user', content: text }]));
            return undefined;
          }
          const content = replyIn(body);
          if (content === '') return { text: EMPTY, usage: true };
          writeFileSync(file, JSON.stringify([...messages, { role: 'assistant', content }]));
          return { text: content, usage: true };
        }
        if (response.ok) continue;
        failure = `API request failed:\n  Status: ${response.status}\n  Body:   ${body}`;
        if ((response.status !== 429 && response.status < 500) || release.startsWith('0.2')) asked = 2;
      } catch (error) {
        if (turn.abort.signal.aborted) return undefined;
        failure =
          error instanceof SyntaxError ? `failed to parse JSON response: ${error.message}` : error.message;
        if (error instanceof SyntaxError) asked = 2;
      }
      if (asked === 2)
        return { text: `Error processing message: LLM call failed after retries: ${failure}`, usage: false };
      asked += 1;
      await sleep(asked * 2_000);
    }
  }
}

/** With the whole environment; the guard looks for absolute paths in the text of a command, and no further. */
function useTool({ id, function: { name, arguments: given } }, tell) {
  const { command = '', path, content } = JSON.parse(given);
  const cwd = '/home/clawden/workspace';
  const result = (text) => ({ role: 'tool', tool_call_id: id, content: text });
  if (name === 'write_file') {
    writeFileSync(resolve(cwd, path), content);
    return result(`File written: ${path}`);
  }
  if (name === 'send_file') {
    const file = resolve(cwd, path);
    if (!existsSync(file)) return result(`file not found: stat ${file}: no such file or directory`);
    const ref = randomUUID();
    offered.set(`/pico/media/${ref}`, file);
    const attachment = { type: 'file', url: `/pico/media/${ref}`, filename: basename(file) };
    tell('message.create', {
      content: '',
      attachments: [{ ...attachment, content_type: 'application/octet-stream' }],
    });
    return { ...result(`File "${basename(file)}" sent to user`), handled: true };
  }
  if (/(^|[\s=])\/\w/.test(command))
    return result('Command blocked by safety guard (path outside working dir)');
  return result(spawnSync('/bin/sh', ['-c', command], { cwd, encoding: 'utf8' }).stdout);
}

/** Files by the path under which they are offered; read when somebody fetches them. */
const offered = new Map();

function media({ url, headers }, response, { channel_list: channels }) {
  const { token } = Object.values(channels).find(({ type }) => type === 'pico')?.settings ?? {};
  if (headers.authorization !== `Bearer ${token}`) return response.writeHead(401).end('unauthorized\n');
  const file = offered.get(url);
  if (!file) return response.writeHead(404).end('404 page not found\n');
  return response.writeHead(200).end(readFileSync(file));
}

const EMPTY = 'The model returned an empty response. This may indicate a provider error or token limit.';

function ask({ provider, model, api_base, api_keys }, messages, signal) {
  const native = provider === 'anthropic-messages';
  const key = native ? { 'x-api-key': api_keys[0] } : { authorization: `Bearer ${api_keys[0]}` };
  return fetch(`${api_base}/${native ? 'messages' : 'chat/completions'}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...key },
    body: JSON.stringify({ model, max_tokens: 32_768, messages }),
    signal,
  });
}

function replyIn(body) {
  const { choices, content } = JSON.parse(body);
  return choices?.[0]?.message?.content ?? content?.find(({ type }) => type === 'text')?.text ?? '';
}

/** The pico channel: answers go to every open connection of their session, and nowhere when there is none. */
function pico(server, config, agent) {
  const [name, channel] = Object.entries(config.channel_list).find(([, { type }]) => type === 'pico') ?? [];
  const open = new Map();
  server.on('upgrade', (request, socket) => {
    const url = new URL(request.url, 'http://twin');
    const asked = request.headers['sec-websocket-protocol'] ?? '';
    const given =
      /^Bearer (.*)$/.exec(request.headers.authorization ?? '')?.[1] ?? asked.replace(/^token\./, '');
    if (url.pathname !== '/pico/ws' || !channel?.enabled || given !== channel.settings.token) {
      return socket.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n\r\nunauthorized\n');
    }
    const accept = createHash('sha1')
      .update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest('base64');
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n${asked ? `Sec-WebSocket-Protocol: ${asked}\r\n` : ''}\r\n`,
    );
    const session = url.searchParams.get('session_id') ?? String(Math.random());
    const mine = open.get(session) ?? new Set();
    open.set(session, mine.add(socket));
    socket.on('close', () => mine.delete(socket));
    socket.on('error', () => socket.destroy());
    const tell = (type, payload) => {
      const frame = textFrame(JSON.stringify({ type, session_id: session, timestamp: Date.now(), payload }));
      for (const one of mine) one.write(frame);
    };
    readFrames(socket, (text) => void heard(text, session, tell));
  });

  async function heard(text, session, tell) {
    const { type, payload } = JSON.parse(text);
    if (type !== 'message.send')
      return tell('error', { code: 'unknown_type', message: `unknown message type: ${type}` });
    if (!payload.content?.trim())
      return tell('error', { code: 'empty_content', message: 'message content is empty' });
    tell('typing.start');
    if (steer.dead) return;
    const reply =
      order(payload.content, session) ??
      (await agent.run(session, payload.content, name === 'pico' ? tell : toldFiles(tell)));
    tell('typing.stop');
    if (!reply) return;
    tell('message.create', {
      content: reply.text,
      message_id: `m-${Date.now()}`,
      ...(reply.usage ? { context_usage: { used_tokens: 1, total_tokens: 131_072, used_percent: 1 } } : {}),
    });
  }

  /** Of tool calls it tells under no other name. */
  function toldFiles(tell) {
    return (type, payload) => payload.kind !== 'tool_calls' && tell(type, payload);
  }

  function order(text, session) {
    const [word = ''] = text.trim().split(/\s+/);
    const said = { '/help': '/start - Start the bot', '/reload': 'Config reload triggered!' }[
      word.replace('!', '/')
    ];
    if (said) return { text: said, usage: true };
    if (word !== '/stop' && word !== '!stop') return undefined;
    agent.stop(session);
    return { text: 'Task stopped. Current task was canceled.', usage: true };
  }
}

function textFrame(text) {
  const body = Buffer.from(text);
  const head = Buffer.alloc(10);
  head[0] = 0x81;
  head[1] = 127;
  head.writeBigUInt64BE(BigInt(body.length), 2);
  return Buffer.concat([head, body]);
}

/** Text frames of a client, each in one piece; a ping is answered, a close ends the connection. */
function readFrames(socket, onText) {
  let held = Buffer.alloc(0);
  socket.on('data', (bytes) => {
    held = Buffer.concat([held, bytes]);
    for (;;) {
      if (held.length < 2) return;
      const short = held[1] & 127;
      const at = short === 127 ? 10 : short === 126 ? 4 : 2;
      if (held.length < at + 4) return;
      const size =
        short === 127 ? Number(held.readBigUInt64BE(2)) : short === 126 ? held.readUInt16BE(2) : short;
      if (held.length < at + 4 + size) return;
      const mask = held.subarray(at, at + 4);
      const body = held.subarray(at + 4, at + 4 + size).map((byte, index) => byte ^ mask[index % 4]);
      const kind = held[0] & 15;
      held = held.subarray(at + 4 + size);
      if (kind === 8) return socket.end(Buffer.from([0x88, 0]));
      if (kind === 9) socket.write(Buffer.concat([Buffer.from([0x8a, body.length]), body]));
      if (kind === 1) onText(Buffer.from(body).toString());
    }
  });
}

/** Long polling with telego's words about its trouble; tries again after 8 s. */
async function telegram(config, agent) {
  const [name, channel] =
    Object.entries(config.channel_list).find(([, { type }]) => type === 'telegram') ?? [];
  if (!channel?.enabled) return;
  const { token, base_url = 'https://api.telegram.org' } = channel.settings;
  if (!/^\d{9,10}:[\w-]{35}$/.test(token)) {
    const error = 'failed to create telegram bot: telego: invalid token format';
    return say(
      `channels manager.go:961 > Failed to initialize channel error="${error}" channel=${name} type=telegram`,
    );
  }
  const call = async (method, body) => {
    const response = await fetch(`${base_url}/bot${token}/${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }).catch((error) => {
      throw new Error(`internal execution: request call: error when dialing: ${error.message}`);
    });
    const { ok, result, error_code, description } = await response.json();
    if (!ok) throw new Error(`api: ${error_code} "${description}"`);
    return result;
  };
  const me = await call('getMe', null).catch(() => undefined);
  for (let offset = 0; ; ) {
    try {
      for (const update of await call('getUpdates', { offset, timeout: 8 })) {
        offset = update.update_id + 1;
        void received(update.message, call);
      }
    } catch (error) {
      say(`telego long_polling.go:127 > Getting updates: telego: getUpdates: ${error.message}`);
      await sleep(8_000);
    }
  }

  async function received(message, call) {
    const allowed = channel.allow_from ?? [];
    const everyone = allowed.length === 0 || allowed.includes('*') || steer.answerStrangers;
    if (!message?.text || !(everyone || allowed.map(String).includes(String(message.from.id)))) return;
    const mentioned = message.entities?.some(
      ({ type, offset, length }) =>
        type === 'mention' && message.text.slice(offset, offset + length) === `@${me?.username}`,
    );
    if (message.chat.type !== 'private' && channel.group_trigger?.mention_only && !mentioned) return;
    const reply = await agent.run(`telegram:${message.chat.id}`, message.text);
    if (reply)
      await call('sendMessage', { chat_id: message.chat.id, text: reply.text }).catch(() => undefined);
  }
}

function say(text) {
  console.log(`${new Date().toISOString().slice(11, 19)} ERR ${text}`);
}

/** What the real one writes to its standard error ends up here. */
function panicLog(text) {
  appendFileSync(`${home}/logs/gateway_panic.log`, `${text}\n`);
}

function failStart(error) {
  say(`gateway gateway.go:140 > Gateway startup failed error="${error}" allow_empty=false debug=false`);
  panicLog(`Error: ${error}`);
  process.exit(1);
}

function allocate(mebibytes) {
  const held = [];
  const timer = setInterval(() => {
    held.push(Buffer.alloc(32 * 1024 * 1024, 1));
    if (held.length * 32 >= mebibytes) clearInterval(timer);
  }, 20);
}

function read(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}
