// Read by `node - N` inside a container: makes N orphans that end after 0.2 s, waits until all orphans (also those that
// others made) are dead, then says how many zombies are left two seconds later, or how soon there were none.
const { execFileSync } = require('node:child_process');
const { readdirSync, readFileSync } = require('node:fs');

const made = Number(process.argv[2] ?? 0);
// The shell between ends at once: the kernel gives its child to PID 1.
const script = `i=0; while [ $i -lt ${made} ]; do (sleep 0.2 &); i=$((i + 1)); done`;
if (made > 0) execFileSync('/bin/sh', ['-c', script], { stdio: 'ignore' });

const nap = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
for (let waited = 0; count(/^\d+ \((sh|sleep)\) [^ZX]/) > 0 && waited < 60_000; waited += 20) nap(20);
const from = performance.now();
while (zombies() > 0 && performance.now() - from < 2000) nap(20);
console.log(JSON.stringify({ made, zombies: zombies(), ms: Math.round(performance.now() - from) }));

function zombies() {
  return count(/\) Z/);
}

function count(pattern) {
  let found = 0;
  for (const pid of readdirSync('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    try {
      if (pattern.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))) found += 1;
    } catch {
      // Gone between the listing and the reading.
    }
  }
  return found;
}
