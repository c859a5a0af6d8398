import { randomBytes } from 'node:crypto';
import { createLines } from '../../supervisor/process/lines.ts';
import { createMask, type Mask } from '../../supervisor/process/mask.ts';
import { type Figure, median } from './figures.ts';

export interface MaskFigures {
  readonly secrets: number;
  /** Megabytes (10^6) per second of CPU, median of the rounds. */
  readonly plain: number;
  readonly masked: number;
  /** Text made of the beginnings of secrets. */
  readonly nearMisses: number;
  /** A log that writes each line by itself. */
  readonly lineByLine: number;
  /** The whole text with `replaceAll` once per secret: no other form, no chunk borders. */
  readonly replaceAll: number;
}

const SECRETS = 50;
const CHUNK = 64 * 1024;
const MEGABYTES = 16;
const ROUNDS = 5;

/** The mask in front of the line splitter beside the splitter alone, in turns, on one core. */
export function benchMask(): MaskFigures {
  const secrets = makeSecrets(SECRETS);
  const mask = createMask(secrets);
  const log = Buffer.from(repeat(logLines()));
  const near = Buffer.from(repeat(nearMisses(secrets)));
  const lines = cutLines(log);
  const whole = log.toString();
  const runs = {
    plain: () => splitAll(chunks(log)),
    masked: () => splitAll(chunks(log), mask),
    nearMisses: () => splitAll(chunks(near), mask),
    lineByLine: () => splitAll(lines, mask),
    replaceAll: () => secrets.reduce((text, secret) => text.replaceAll(secret, '***'), whole).length,
  };
  const speeds = { plain: [], masked: [], nearMisses: [], lineByLine: [], replaceAll: [] } as Record<
    keyof typeof runs,
    number[]
  >;
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const name of Object.keys(runs) as (keyof typeof runs)[]) {
      const speed = megabytesPerSecond(runs[name], name === 'nearMisses' ? near.length : log.length);
      if (round > 0) speeds[name].push(speed); // the first one compiles
    }
  }
  return {
    secrets: SECRETS,
    plain: median(speeds.plain),
    masked: median(speeds.masked),
    nearMisses: median(speeds.nearMisses),
    lineByLine: median(speeds.lineByLine),
    replaceAll: median(speeds.replaceAll),
  };
}

/** Megabytes (10^6) of text per second of CPU. */
export function maskRows(figures: MaskFigures): Figure[] {
  const { secrets, plain, masked, nearMisses, lineByLine, replaceAll } = figures;
  const speed = (value: number): string => `${Math.round(value)} MB/s`;
  const row = (name: string, value: number, how: string): Figure => ({
    name: `masking ${name}, ${secrets} secrets`,
    value: `${speed(value)}, ${(value / replaceAll).toFixed(2)} × replaceAll (${speed(replaceAll)})`,
    goal: '≥ 100 MB/s',
    met: value >= 100,
    how,
  });
  return [
    row(
      'a log',
      masked,
      `per CPU-second, JSON lines of 130 bytes in chunks of 64 KiB, split into lines; without a mask ${speed(plain)}; \`replaceAll\` once per secret knows no other form and no chunk border`,
    ),
    row('line by line', lineByLine, 'the same, each line a chunk of its own'),
    row('near misses', nearMisses, 'the same, text made of nothing but beginnings of secrets'),
  ];
}

/** Shaped as providers and platforms shape them: common beginnings, then chance. */
export function makeSecrets(count: number): string[] {
  const shapes = [
    () => `sk-ant-api03-${randomBytes(69).toString('base64url')}`,
    () => `sk-proj-${randomBytes(36).toString('base64url')}`,
    () => `1234567890:AA${randomBytes(24).toString('base64url')}`,
    () => `xoxb-1234567890-${randomBytes(18).toString('base64url')}`,
    () => randomBytes(24).toString('base64url'),
  ];
  return Array.from({ length: Math.ceil(count / shapes.length) }, () => shapes.map((make) => make()))
    .flat()
    .slice(0, count);
}

function logLines(): string {
  const lines = Array.from({ length: 500 }, (_, n) =>
    JSON.stringify({
      time: `2026-11-24T10:${String(n % 60).padStart(2, '0')}:07.${100 + n}Z`,
      level: n % 17 === 0 ? 'warn' : 'info',
      name: 'gateway',
      msg: `request ${n} of sk-learn answered in ${n * 7} ms, session main`,
    }),
  );
  return `${lines.join('\n')}\n`;
}

function nearMisses(secrets: readonly string[]): string {
  const line = (n: number): string =>
    secrets.map((secret, at) => secret.slice(0, 6 + ((n + at * 7) % (secret.length - 8)))).join('');
  return Array.from({ length: 40 }, (_, n) => line(n)).join('\n');
}

function repeat(text: string): string {
  return text.repeat(Math.ceil((MEGABYTES * 1e6) / text.length));
}

function chunks(bytes: Buffer): Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / CHUNK) }, (_, n) =>
    bytes.subarray(n * CHUNK, (n + 1) * CHUNK),
  );
}

function cutLines(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let from = 0; from < bytes.length; ) {
    const newline = bytes.indexOf(10, from);
    const end = newline < 0 ? bytes.length : newline + 1;
    lines.push(bytes.subarray(from, end));
    from = end;
  }
  return lines;
}

function splitAll(parts: readonly Buffer[], mask?: Mask): number {
  let characters = 0;
  const lines = createLines({
    onLine: (line) => {
      characters += line.text.length;
    },
    ...(mask === undefined ? {} : { filter: mask.stream() }),
  });
  for (const part of parts) lines.push(part);
  lines.end();
  return characters;
}

function megabytesPerSecond(run: () => number, bytes: number): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return bytes / (user + system);
}

if (import.meta.main) console.log(maskRows(benchMask()));
