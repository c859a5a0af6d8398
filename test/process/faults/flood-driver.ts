import { writeSync } from 'node:fs';
import { createServer } from 'node:http';
import { createOutput } from '../../../supervisor/boot/output.ts';
import { type StartOptions, start } from '../../../supervisor/process/spawn.ts';

/**
 * The way of a runtime's output through PID 1, from its pipe to our stdout, while /health is answered on a Unix socket:
 *   node flood-driver.cjs SOCKET -- PROGRAM ARGS…
 * Tells descriptor 3 at the end what it took. The secrets make the mask look at everything, as it does in earnest.
 */
const [socket = '', , ...argv] = process.argv.slice(2);
const output = createOutput(1);
output.hide(['a-secret-of-the-plan-0123456789', 'door-AbCdEfGhIjKlMnOpQrStUvWxYz012345']);
let late = 0;
let most = 0;
let last = performance.now();
setInterval(() => {
  const now = performance.now();
  late = Math.max(late, now - last - 20);
  last = now;
  most = Math.max(most, process.memoryUsage.rss());
}, 20);
const before = process.memoryUsage.rss();
createServer((_request, response) => response.end(JSON.stringify({ dropped: output.dropped() }))).listen(
  socket,
);

let pieces = 0;
let lines = 0;
const child = start({
  argv: argv as unknown as StartOptions['argv'],
  env: { PATH: '/usr/bin:/bin' },
  cwd: '/',
  filter: () => output.filter(),
  relief: () => output.relief(),
  onLine: (_stream, line) => {
    pieces += 1;
    if (!line.continued) lines += 1;
    output.line(line.text);
  },
});
void child.closed.then(async () => {
  await output.flush(20_000);
  const MiB = 1024 * 1024;
  const memory = { before: Math.round(before / MiB), most: Math.round(most / MiB) };
  const kept = child.lastLines().reduce((sum, { text }) => sum + text.length, 0);
  writeSync(
    3,
    `${JSON.stringify({ ...memory, late: Math.round(late), pieces, lines, kept, dropped: output.dropped() })}\n`,
  );
  process.exit(0);
});
