// `npm start`, once the image is there: a runtime in a container, one question, its reply.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const cli = join(root, 'dist', 'clawden.mjs');
const question = 'Are you there?';

const { url, already, health } = JSON.parse(clawden(['run', 'openclaw', '-d', '--json']));
const model = health.provider === 'echo' ? 'echo (no model: it repeats your words)' : health.provider;
console.log(
  `\nOpenClaw ${health.runtime.version} ${already ? 'runs already' : 'is ready'} at ${url}, model: ${model}\n`,
);

console.log(`  you       ${question}`);
const reply = clawden(['chat', 'openclaw', question]).trim();
if (reply === '') {
  console.error('start: the runtime gave no reply; type: node dist/clawden.mjs logs -f');
  process.exit(1);
}
console.log(`  openclaw  ${reply.split('\n').join('\n            ')}\n`);

console.log('Talk to it:              node dist/clawden.mjs chat');
console.log('Watch it, stop it:       node dist/clawden.mjs logs -f  |  node dist/clawden.mjs stop');
console.log(
  'A model and a channel:   ANTHROPIC_API_KEY=… TELEGRAM_BOT_TOKEN=… in .env, see docs/getting-started.md',
);

/** Its progress and errors are on stderr, its result on stdout. */
function clawden(args) {
  const result = spawnSync(process.execPath, [cli, ...args], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (result.status !== 0) process.exit(result.status ?? 1);
  return result.stdout;
}
