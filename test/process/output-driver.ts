import { writeSync } from 'node:fs';
import { openOutput } from '../../supervisor/process/output.ts';

/**
 * Writes numbered lines to stdout while its event loop is watched, and tells descriptor 3 how it went:
 *   node output-driver.cjs ours|stdout|blocking LINES
 * `ours` waits for a byte on stdin, the reader's return, before it says what is still to be said.
 */
const [mode = '', count = '0'] = process.argv.slice(2);
const lines = Number(count);
let late = 0;
let last = performance.now();
setInterval(() => {
  const now = performance.now();
  late = Math.max(late, now - last - 10);
  last = now;
}, 10);

const output = mode === 'ours' ? openOutput(1) : null;
const write = (text: string): void => {
  if (output !== null) output.write(text);
  else if (mode === 'stdout') process.stdout.write(text);
  else writeSync(1, text);
};

let next = 0;
function batch(): void {
  for (let i = 0; i < 1000 && next < lines; i += 1) {
    write(`line ${next} ${'x'.repeat(88)}\n`);
    next += 1;
  }
  if (next < lines) setTimeout(batch, 1);
  else setTimeout(tell, 300, 'written');
}

function tell(what: string): void {
  const { rss } = process.memoryUsage();
  const { pending = 0, dropped = 0 } = output ?? {};
  writeSync(3, `${JSON.stringify({ what, lateMs: Math.round(late), rss, pending, dropped })}\n`);
}

process.stdin.once('data', async () => {
  const drained = await output?.drain(5000);
  output?.write('back\n');
  await output?.drain(1000);
  tell(drained ? 'drained' : 'not drained');
  process.exit(0);
});
batch();
