/**
 * Fills a container to its --pids-limit, kills relay and runtime, and takes every place that becomes free:
 *   node - MILLISECONDS < fork-bomb.cjs     (inside the container)
 * It gives way by killing all that it made.
 */
const { spawn } = require('node:child_process');
const { readdirSync, readFileSync } = require('node:fs');

const made = [];
let full = false;

function fill() {
  for (full = false; !full && made.length < 1000; ) {
    const child = spawn('/bin/sleep', ['100'], { stdio: 'ignore' });
    child.on('error', () => {}); // EAGAIN: no place left
    if (child.pid === undefined) full = true;
    else made.push(child);
  }
}

function killByWord(word) {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(word)) process.kill(Number(pid), 'SIGKILL');
    } catch {
      // gone
    }
  }
}

fill();
killByWord('relay.cjs');
fill();
killByWord('openclaw.mjs');
const refill = setInterval(fill, 2);
setTimeout(() => {
  clearInterval(refill);
  for (const child of made) child.kill('SIGKILL');
  console.log('the bomb is over');
}, Number(process.argv[2]));
