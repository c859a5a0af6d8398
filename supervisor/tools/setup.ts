import { accessSync, constants, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Exit } from '../process/exit.ts';
import type { TextFilter } from '../process/lines.ts';
import { readStat } from '../process/proc.ts';
import { type OwnPids, ownPids } from '../process/registry.ts';
import { type RunningProcess, start } from '../process/spawn.ts';
import { driver } from './driver.ts';
import { type Exports, readTold, sizeOf, takeOver } from './environment.ts';
import type { Tool } from './find.ts';
import { endLeftovers } from './leftovers.ts';

export interface SetupInput {
  readonly tool: Tool;
  /** What every program of the container gets, with the exports of earlier tools. */
  readonly environment: Readonly<Record<string, string>>;
  /** Shell variables of the script, not exported; secrets among them. */
  readonly variables: Readonly<Record<string, string>>;
  /** Its private folder. */
  readonly run: string;
  /** Names of keys and tokens that are no tool's business. */
  readonly reserved: (name: string) => boolean;
}

export interface SetupPorts {
  /** One masked line of its output. */
  readonly line: (text: string) => void;
  readonly filter?: () => TextFilter;
  readonly relief?: () => Promise<void> | null;
  readonly own?: OwnPids;
}

export type SetupOutcome =
  | { readonly kind: 'done'; readonly exports: Exports; readonly leftovers: readonly string[] }
  | { readonly kind: 'failed'; readonly how: string; readonly lastLines: readonly string[] }
  | { readonly kind: 'missing'; readonly command: string };

/** The shell that sources setups; in every Debian. */
const bash = '/bin/bash';
/** As much as a setup may say in the log. */
const mostLines = 1000;
const longestLine = 4096;
/** Of what all tools export together: the kernel takes 128 KiB in one variable and a few MiB in all (man 2 execve). */
const mostBytes = 256 * 1024;
const longestVariable = 128 * 1024;
/** What the script wrote before its end is in the socket by then; a loaded machine needs a moment to read it. */
const patience = 2_000;

/** Runs one setup to its end, or ends it. Afterwards nothing of it is left but its files and what it exported. */
export async function runSetup(input: SetupInput, ports: SetupPorts): Promise<SetupOutcome> {
  const { tool, environment, variables, run } = input;
  const own = ports.own ?? ownPids;
  let lines = 0;
  const child = start({
    argv: [bash, '--noprofile', '--norc', '-c', driver, 'bash', tool.setup],
    env: environment,
    cwd: run,
    extraFds: [{ kind: 'send', data: pairs(variables) }, { kind: 'pipe' }],
    own,
    lineCap: longestLine,
    ...(ports.filter ? { filter: ports.filter } : {}),
    ...(ports.relief ? { relief: ports.relief } : {}),
    onLine: (_stream, line) => {
      lines += 1;
      if (lines <= mostLines) ports.line(line.text);
    },
  });
  const started = child.pid === null ? 0 : (readStat(child.pid)?.started ?? Number.POSITIVE_INFINITY);
  const telling = readTelling(child);
  const exit = await within(child.exited, tool.manifest.seconds * 1000);
  if (exit !== 'late' && exit.kind === 'code' && exit.code === 0) await within(telling.complete, patience);
  const leftovers = child.pid === null ? [] : await endLeftovers({ pid: child.pid, started, own });
  // Last words, which only come once nobody holds the pipe any more.
  await within(child.closed, patience);
  if (lines > mostLines) ports.line(`(${lines - mostLines} more lines of its setup are not shown)`);
  const lastLines = child.lastLines().map(({ text }) => text);
  const failed = (how: string): SetupOutcome => ({ kind: 'failed', how, lastLines });
  // First: what overfills the descriptor is then ended by SIGPIPE.
  if (telling.tooMuch()) return failed(tooLarge);
  const how = failure(exit, tool.manifest.seconds);
  if (how) return failed(how);
  const told = readTold(telling.data());
  if (told.kind === 'nothing') return failed('stopped before its end, by exec or with descriptor 4 closed');
  if (told.kind === 'garbage') return failed("wrote to descriptor 4, which is the supervisor's");
  const exports = takeOver(environment, told.entries, input.reserved);
  const size = sizeOf({ ...environment, ...exports.taken });
  if (size.total > mostBytes || size.longest > longestVariable) return failed(tooLarge);
  const path = exports.taken['PATH'] ?? environment['PATH'] ?? '';
  const command = tool.manifest.commands.find((name) => !inPath(name, path));
  if (command !== undefined) return { kind: 'missing', command };
  return { kind: 'done', exports, leftovers };
}

const tooLarge = `exports more than the kernel takes (${mostBytes / 1024} KiB in all, ${longestVariable / 1024} KiB in one variable)`;

function failure(exit: Exit | 'late', seconds: number): string | undefined {
  if (exit === 'late') return `did not end within ${seconds} s`;
  switch (exit.kind) {
    case 'code':
      return exit.code === 0 ? undefined : `ended with exit code ${exit.code}`;
    case 'signal':
      return `was ended by ${exit.signal}`;
    case 'failed':
      return `could not be started: ${exit.detail}`;
    default: {
      const never: never = exit;
      return never;
    }
  }
}

interface Telling {
  readonly complete: Promise<void>;
  readonly data: () => Buffer;
  readonly tooMuch: () => boolean;
}

/** Reads descriptor 4, at most so much that one environment fits in. */
function readTelling(child: RunningProcess): Telling {
  const source = child.extra[1];
  const chunks: Buffer[] = [];
  let bytes = 0;
  const complete = new Promise<void>((resolve) => {
    if (!source) return resolve();
    source.once('close', resolve);
    source.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > 2 * mostBytes) return void source.destroy();
      chunks.push(chunk);
      if (bytes > 1 && Buffer.concat(chunks.slice(-2)).subarray(-2).equals(endMark)) resolve();
    });
  });
  return { complete, data: () => Buffer.concat(chunks), tooMuch: () => bytes > 2 * mostBytes };
}

const endMark = Buffer.from([0, 0]);

function pairs(variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables)
    .map(([name, value]) => `${name}\0${value}\0`)
    .join('');
}

async function within<T>(work: Promise<T>, milliseconds: number): Promise<T | 'late'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), milliseconds);
  });
  const first = await Promise.race([work, late]);
  clearTimeout(timer);
  return first;
}

function inPath(name: string, path: string): boolean {
  return path.split(':').some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return folder !== '' && statSync(join(folder, name)).isFile();
    } catch {
      return false;
    }
  });
}
