// Fills the V8 compile cache that the image ships read-only: starts the gateway once, has it answer one
// question from a model on loopback, validates a file, and stops it. Saves one to two CPU seconds per start.
//   node warm.mjs OPENCLAW_MJS CACHE_DIR      (as the uid that will run it, in an empty writable folder)
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

const [program, cache] = process.argv.slice(2);
const here = process.cwd();
const port = 18789;
const started = Date.now();

const model = createServer((request, response) => {
  request.resume().on('end', () => {
    const head = { id: 'c', object: 'chat.completion.chunk', created: 1, model: 'warm' };
    const chunk = (delta, finish_reason) =>
      `data: ${JSON.stringify({ ...head, choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(
      `${chunk({ role: 'assistant', content: 'warm' }, null)}${chunk({}, 'stop')}data: [DONE]\n\n`,
    );
  });
});
await new Promise((resolve) => model.listen(0, '127.0.0.1', resolve));

const config = {
  gateway: {
    mode: 'local',
    port,
    bind: 'loopback',
    auth: { mode: 'token', token: { source: 'env', provider: 'default', id: 'OPENCLAW_GATEWAY_TOKEN' } },
    controlUi: { enabled: false },
    http: { endpoints: { chatCompletions: { enabled: true } } },
  },
  agents: {
    defaults: {
      workspace: join(here, 'workspace'),
      skipBootstrap: true,
      model: { primary: 'warm/warm' },
      heartbeat: { every: '0m' },
    },
  },
  models: {
    mode: 'replace',
    catalogRefresh: { enabled: false },
    providers: {
      warm: {
        baseUrl: `http://127.0.0.1:${model.address().port}/v1`,
        api: 'openai-completions',
        apiKey: 'warm',
        models: [
          {
            id: 'warm',
            name: 'warm',
            input: ['text'],
            reasoning: false,
            contextWindow: 128000,
            maxTokens: 4096,
          },
        ],
      },
    },
  },
  plugins: { allow: ['telegram'], slots: { memory: 'none' } },
  browser: { enabled: false },
  update: { checkOnStart: false },
  telemetry: { enabled: false },
  discovery: { mdns: { mode: 'off' } },
  logging: { level: 'silent', consoleLevel: 'info', consoleStyle: 'json' },
};
writeFileSync(join(here, 'openclaw.json'), JSON.stringify(config));

const env = {
  PATH: process.env.PATH,
  HOME: here,
  OPENCLAW_STATE_DIR: join(here, 'state'),
  OPENCLAW_CONFIG_PATH: join(here, 'openclaw.json'),
  OPENCLAW_GATEWAY_TOKEN: 'warm',
  OPENCLAW_SUPERVISOR_MODE: 'external',
  OPENCLAW_CONFIG_READONLY: '1',
  OPENCLAW_NO_AUTO_UPDATE: '1',
  OPENCLAW_DISABLE_BONJOUR: '1',
  OPENCLAW_OFFLINE: '1',
  OPENCLAW_EXEC_SHELL_SNAPSHOT: '0',
  DO_NOT_TRACK: '1',
  // Without the second variable the launcher keeps itself as a parent of the gateway.
  NODE_COMPILE_CACHE: cache,
  OPENCLAW_PACKAGED_COMPILE_CACHE_RESPAWNED: '1',
};

await ends(start(['config', 'validate', '--json']), 'config validate');
const gateway = start(['gateway', 'run']);
let exited = false;
gateway.on('exit', () => {
  exited = true;
});
await ready();
const asked = Date.now();
await turn();
console.log(`first turn ${((Date.now() - asked) / 1000).toFixed(1)} s`);
gateway.kill('SIGTERM');
await ends(gateway, 'gateway');
model.close();

function start(args) {
  return spawn(process.execPath, [program, ...args], {
    env,
    cwd: here,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
}

function ends(child, what) {
  return new Promise((resolve, reject) => {
    child.on('exit', (code, signal) =>
      code === 0 ? resolve() : reject(new Error(`${what} ended with ${code ?? signal}`)),
    );
  });
}

async function ready() {
  while (Date.now() - started < 300_000) {
    if (exited) throw new Error('the gateway ended before it was ready');
    const response = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
    if (response?.ok) return console.log(`ready after ${((Date.now() - started) / 1000).toFixed(1)} s`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error('the gateway was not ready within 300 s');
}

async function turn() {
  const response = await fetch(`http://127.0.0.1:${port}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: 'Bearer warm', 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'openclaw', messages: [{ role: 'user', content: 'hello' }] }),
  });
  const text = await response.text();
  if (!response.ok || !text.includes('warm'))
    throw new Error(`the first turn failed: ${response.status} ${text}`);
}
