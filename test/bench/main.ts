/**
 * `npm run bench`: measures the tables of docs/benchmarks.md anew and writes them there, but those of runtimes;
 * `-- --command` only that of the command, `-- --planning` that of large files, `-- --channels` that of relayed
 * channels, `-- --runtime NAME` that of a runtime.
 */
import { statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { runtimes } from '../../runtimes/index.ts';
import { image } from '../helpers/docker.ts';
import { channelFigures } from './channels.ts';
import { commandFigures } from './command.ts';
import { idleMemory, imageSizes, startTimes, stopOverhead, twinMount } from './containers.ts';
import { benchDoor } from './door.ts';
import { type Figure, mebibytes, median, milliseconds, writeTable } from './figures.ts';
import { benchMask, maskRows } from './mask.ts';
import { planningFigures } from './planning.ts';
import { benchProxy } from './proxy.ts';
import { psFigure } from './ps.ts';
import { measureRuntime } from './runtime.ts';
import { ourShare } from './runtimes.ts';

const root = new URL('../..', import.meta.url).pathname;
const figures: Figure[] = [];

const { values } = parseArgs({
  options: {
    runtime: { type: 'string' },
    command: { type: 'boolean' },
    planning: { type: 'boolean' },
    channels: { type: 'boolean' },
  },
});
if (values.runtime !== undefined) {
  await measureRuntime(values.runtime);
  process.exit(0);
}
if (!values.command && !values.channels) writeTable('planning', await planningFigures(21));
if (values.planning) process.exit(0);
if (!values.command) {
  const channels = await channelFigures();
  for (const { name, value } of channels) console.log(`${name.padEnd(48)} ${value}`);
  writeTable('channels', channels);
}
if (values.channels) process.exit(0);
const command = [...commandFigures(31), await psFigure(20, 15)];
for (const { name, value } of command) console.log(`${name.padEnd(48)} ${value}`);
writeTable('command', command);
if (values.command) process.exit(0);

function note(figure: Figure): void {
  figures.push(figure);
  console.log(`${figure.name.padEnd(48)} ${figure.value}${figure.met === false ? '  (goal missed)' : ''}`);
}

const times = await startTimes(11);
const [supervisor, bare] = [median(times.supervisor), median(times.bare)];
note({
  name: 'supervisor: exec → TCP listening',
  value: `${milliseconds(supervisor)}, ${(supervisor / bare).toFixed(2)} × bare node (${milliseconds(bare)})`,
  goal: '≤ 120 ms, ≤ 2 ×',
  met: supervisor <= 120 && supervisor <= 2 * bare,
  how: 'median of 11, in turns with a bare node server in the same container',
});

const memory = await idleMemory();
note({
  name: 'PID 1: anonymous memory',
  value: `${mebibytes(memory.supervisor)}, ${(memory.supervisor / memory.bare).toFixed(2)} × bare node (${mebibytes(memory.bare)})`,
  goal: '≤ 15 MB, ≤ 1.6 ×',
  met: memory.supervisor <= 15 * 2 ** 20 && memory.supervisor <= 1.6 * memory.bare,
  how: 'smaps_rollup after ten idle seconds',
});
note({ name: 'relay: anonymous memory', value: mebibytes(memory.relay), how: 'the same' });

const stop = await stopOverhead(5);
note({
  name: '`docker stop` beyond the runtime’s own time',
  value: milliseconds(Math.max(0, stop)),
  goal: '≤ 300 ms',
  met: stop <= 300,
  how: 'median of 5, less a bare process that also takes 50 ms to end, in turns',
});

const door = await benchDoor();
note({
  name: 'model door: added latency, p50',
  value: milliseconds(door.addedP50),
  goal: '≤ 2 ms',
  met: door.addedP50 <= 2,
  how: `${door.requests} requests of 43 kB, in turns with the same request sent directly (${milliseconds(door.directP50)})`,
});
note({
  name: 'model door: CPU per request',
  value: `${Math.round(door.cpuPerRequest)} µs`,
  how: 'user and system time of the relay',
});

for (const row of maskRows(benchMask())) note(row);
const proxy = await benchProxy();
note({
  name: 'reverse proxy: CPU per request',
  value: `${Math.round(proxy.ours)} µs, ${proxy.ratio.toFixed(2)} × a plain pipe (${Math.round(proxy.pipe)} µs)`,
  goal: '≤ 1.1 ×',
  met: proxy.ratio <= 1.1,
  how: `median of ${proxy.rounds} rounds of ${proxy.requests}, in turns with a pipe that checks nothing; 900 bytes, 16 kept connections`,
});
note({
  name: 'reverse proxy: CPU per message of a WebSocket',
  value: `${Math.round(proxy.oursEcho)} µs (plain pipe ${Math.round(proxy.pipeEcho)} µs)`,
  how: 'the same rounds, one message there and back at a time',
});

const openclaw = runtimes.find(({ descriptor }) => descriptor.name === 'openclaw');
if (openclaw) {
  const share = await ourShare({ runtime: openclaw, image, words: twinMount, turns: 200 });
  note({
    name: 'a turn through /v1: added latency, p50',
    value: milliseconds(share.ours - share.alone),
    goal: '≤ 5 ms',
    met: share.ours - share.alone <= 5,
    how: `200 turns of a twin that answers at once, less the same twin asked by itself (${milliseconds(share.alone)})`,
  });
}

const sizes = await imageSizes();
note({
  name: 'image against the sum of its parts',
  value: `${mebibytes(sizes.image)}, ${(sizes.image / sizes.parts).toFixed(3)} ×`,
  goal: '≤ 1.05 ×',
  met: sizes.image <= 1.05 * sizes.parts,
  how: 'labels io.clawden.size.*',
});
for (const bundle of ['supervisor.cjs', 'relay.cjs']) {
  note({
    name: `bundle ${bundle}`,
    value: `${(statSync(`${root}dist/${bundle}`).size / 1000).toFixed(0)} kB`,
    how: 'on disk',
  });
}

writeTable('supervisor', figures);
