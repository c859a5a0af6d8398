import type { Duplex } from 'node:stream';
import type { Rendered, ValidatorCommand, ValidatorOutcome } from '../../runtimes/contract.ts';
import { channelAdvice } from '../errors/advice.ts';
import { isMeant, nativeName } from '../http/health.ts';
import { awaitedLines } from '../process/awaited.ts';
import { type RunningProcess, start } from '../process/spawn.ts';
import type { FromRelay } from '../relay/protocol.ts';
import { childEnvironment } from '../render/environment.ts';
import type { ManagedProcess } from '../supervise/ports.ts';
import type { RelayProcess } from '../supervise/relay.ts';
import { type Container, must } from './container.ts';
import type { MaskedOutput } from './output.ts';
import { quietFilter } from './quiet.ts';
import { openSecretDoor } from './secret-door.ts';

/** The runtime's process, its lines masked and else untouched. */
export function spawnRuntime(
  container: Container & { readonly output: MaskedOutput },
  rendered: Rendered,
): ManagedProcess {
  const { conversationLines, unloggedAt } = must(container.runtime, 'runtime').descriptor;
  const level = container.plan?.logLevel ?? 'info';
  const conversation = level === 'debug' ? [] : [conversationLines];
  const mayLog = quietFilter(...conversation, unloggedAt?.[level]);
  const awaited = awaitedLines();
  const child = start({
    argv: command(rendered.argv),
    env: runtimeEnvironment(container, rendered),
    cwd: rendered.workingDirectory,
    ...umask(container),
    filter: () => container.output.filter(),
    relief: () => container.output.relief(),
    onLine: (stream, line) => {
      const shown = mayLog({ stream, ...line });
      if (!line.continued) awaited.read(line.text);
      // Lines that are not logged tell of channels as well; a later piece of a line holds somebody's text.
      if (!line.continued) reportTrouble(container, rendered, line.text);
      if (shown) container.output.line(line.text);
    },
  });
  openSecretDoor(container, rendered, child);
  return {
    ...managed(child),
    says: awaited.says,
    lastLines: () =>
      child
        .lastLines()
        .filter(quietFilter(...conversation))
        .map((line) => line.text),
  };
}

function reportTrouble(container: Container, rendered: Rendered, line: string): void {
  const { signs, access } = container;
  const now = container.clock.now();
  const meant = signs?.read(line, now);
  if (!meant) return;
  for (const channel of access?.channels() ?? []) {
    const name = nativeName(channel, rendered);
    const reason = isMeant(meant, channel, rendered) && signs?.of(name, now)?.reason;
    if (!reason) continue;
    container.log.warn('the runtime reports trouble with a channel', {
      channel: channel.name,
      reason,
      fix: channelAdvice[reason],
    });
  }
}

/** What a program needs to know of the person's terminal. */
const personal = ['TERM', 'COLORTERM', 'NO_COLOR'] as const;

/** The runtime's program once, with the person's terminal or pipes: `IMAGE openclaw -- ARGS`. */
export function spawnOnce(container: Container, rendered: Rendered, argv: readonly string[]): RunningProcess {
  const terminal: Record<string, string> = {};
  for (const name of personal) {
    const value = container.environment[name];
    if (value !== undefined) terminal[name] = value;
  }
  const child = start({
    argv: command(argv),
    env: { ...terminal, ...runtimeEnvironment(container, rendered), ...rendered.forPeople },
    cwd: rendered.workingDirectory,
    ...umask(container),
    stdin: 'inherit',
  });
  openSecretDoor(container, rendered, child);
  return child;
}

/** Of each stream; an answer is a few kilobytes, and one that floods must not fill PID 1. */
const keptChars = 1024 * 1024;

/** Runs a short command to its end with the runtime's environment, output kept; killed after its time-out. */
export async function runValidator(
  container: Container & { readonly output: MaskedOutput },
  rendered: Rendered,
  { name, argv, stdin, timeout }: ValidatorCommand,
): Promise<ValidatorOutcome | 'timeout'> {
  const kept = { stdout: [] as string[], stderr: [] as string[] };
  const room = { stdout: keptChars, stderr: keptChars };
  const child = start({
    argv: command(argv),
    env: runtimeEnvironment(container, rendered),
    cwd: rendered.workingDirectory,
    stdin: stdin === undefined ? 'ignore' : 'pipe',
    onLine: (stream, line) => {
      // One more for the line end: empty lines take room too.
      room[stream] -= line.text.length + 1;
      if (room[stream] >= 0) kept[stream].push(line.text);
    },
  });
  child.stdin?.end(stdin);
  const cancel = new AbortController();
  const late = container.clock.sleep(timeout, cancel.signal).then(() => 'timeout' as const);
  const exit = await Promise.race([child.closed, late]);
  cancel.abort();
  // Also after a good answer: what it left in its group would live beside the runtime.
  child.signalGroup('SIGKILL');
  if (exit === 'timeout') {
    // It dies at once, but has to be scheduled for that; nothing after this step should meet it.
    await Promise.race([child.closed, container.clock.sleep(1_000)]);
    await child.groupGone(1_000);
    // The error says "see the lines above".
    for (const { text } of child.lastLines().slice(-10)) container.output.line(text.slice(0, 1000));
    return 'timeout';
  }
  if (exit.kind === 'failed') return { name, code: exit.code, stdout: '', stderr: exit.detail };
  return {
    name,
    code: exit.kind === 'code' ? exit.code : null,
    stdout: kept.stdout.join('\n'),
    stderr: kept.stderr.join('\n'),
  };
}

/** The relay's process, with JSON lines over its descriptor 3. */
export function spawnRelay(container: Container & { readonly output: MaskedOutput }): RelayProcess {
  const { places, environment } = container;
  const child = start({
    // Node's SQLite is complete, but says on stderr that it is new.
    argv: [
      process.execPath,
      '--disable-sigusr1',
      '--disable-warning=ExperimentalWarning',
      `${places.opt}/relay.cjs`,
    ],
    env: childEnvironment({
      own: environment,
      home: places.home,
      tools: {},
      plan: {},
      rendered: {},
      never: [],
    }),
    cwd: '/',
    extraFds: [{ kind: 'pipe' }],
    filter: () => container.output.filter(),
    relief: () => container.output.relief(),
    onLine: (_stream, line) => container.output.line(line.text),
  });
  const pipe = child.extra[0] ?? null;
  pipe?.on('error', () => {});
  return {
    ...managed(child),
    send: (message) => void pipe?.write(`${JSON.stringify(message)}\n`),
    onMessage: (listener) => readMessages(pipe, listener),
    close: () => void pipe?.end(),
  };
}

/** What the runtime's own processes get. */
export function runtimeEnvironment(container: Container, rendered: Rendered): Record<string, string> {
  return childEnvironment({
    own: container.environment,
    home: container.places.home,
    tools: container.tools?.exports ?? {},
    plan: container.plan?.env ?? {},
    rendered: rendered.environment,
    never: must(container.runtime, 'runtime').descriptor.environment.never,
  });
}

function readMessages(pipe: Duplex | null, listener: (message: FromRelay) => void): void {
  let rest = '';
  pipe?.setEncoding('utf8');
  pipe?.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line) listener(JSON.parse(line) as FromRelay);
    }
  });
}

function umask(container: Container): { readonly umask?: number } {
  return container.umask === undefined ? {} : { umask: container.umask };
}

function managed(child: RunningProcess): ManagedProcess {
  return {
    pid: child.pid ?? 0,
    // With its output read to the end: the last words name the reason.
    exited: child.closed,
    signal: (signal) => void child.signal(signal),
    signalGroup: (signal) => void child.signalGroup(signal),
    groupGone: (limit) => child.groupGone(limit),
    lastLines: () => child.lastLines().map((line) => line.text),
  };
}

function command(argv: readonly string[]): [string, ...string[]] {
  const [program = '', ...rest] = argv;
  return [program, ...rest];
}
