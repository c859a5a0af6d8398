import { createSpinner } from 'nanospinner';
import picocolors from 'picocolors';
import { type Board, liveBoard, plainBoard } from './board.ts';

export type Colors = ReturnType<typeof picocolors.createColors>;

/** What people read. It goes to stderr while something runs; a command's result goes to stdout. */
export interface Ui {
  /** For stdout. */
  readonly colors: Colors;
  /** For stderr. */
  readonly errorColors: Colors;
  readonly stdoutIsTerminal: boolean;
  readonly stdinIsTerminal: boolean;
  /** Terminal cells of a line on stdout; undefined where it is no terminal, or one without a size. */
  readonly stdoutWidth: number | undefined;
  /** A line for people, on stderr. */
  note(text: string): void;
  /** The result, on stdout. */
  print(text: string): void;
  /** One line that changes while something is waited for. */
  live(text: string): Live;
  /** Several such lines. */
  board(): Board;
}

/** Says how something stands; the last word counts. */
export type Tell = (text: string) => void;

export interface Live {
  update(text: string): void;
  /** Takes the line away: what follows says how it ended. */
  end(): void;
}

export interface Terminal {
  readonly stdin: { readonly isTTY?: boolean };
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

/** Plain lines where nobody watches, colours and a spinner where somebody does. */
export function createUi(terminal: Terminal, environment: NodeJS.ProcessEnv, noColor: boolean): Ui {
  const { stdin, stdout, stderr } = terminal;
  const dumb = environment.TERM === 'dumb';
  const coloured = (isTerminal: boolean): boolean => {
    if (noColor || environment.NO_COLOR) return false;
    return Boolean(environment.FORCE_COLOR) || (isTerminal && !dumb);
  };
  // A pseudo terminal that nobody gave a size has 0 columns: nanospinner then clears lines without end.
  const sized = Boolean(stdout.isTTY && stderr.isTTY) && stderr.columns > 0;
  const animated = sized && !dumb && environment.CI === undefined;
  const errorColors = picocolors.createColors(coloured(Boolean(stderr.isTTY)));
  const note = (text: string): void => {
    stderr.write(`${text}\n`);
  };
  return {
    colors: picocolors.createColors(coloured(Boolean(stdout.isTTY))),
    errorColors,
    stdoutIsTerminal: Boolean(stdout.isTTY),
    stdinIsTerminal: Boolean(stdin.isTTY),
    stdoutWidth: stdout.isTTY && stdout.columns > 0 ? stdout.columns : undefined,
    note,
    print: (text) => {
      stdout.write(`${text}\n`);
    },
    board: () => (animated ? liveBoard(stderr, errorColors) : plainBoard(note)),
    live: (text) => (animated ? spinningLine(text, stderr) : changingLines(text, note)),
  };
}

const SHOW_CURSOR = '\u001b[?25h';

// spin(), not start(): start() installs signal handlers that end the process under us.
function spinningLine(text: string, stream: NodeJS.WriteStream): Live {
  const spinner = createSpinner(text, { stream });
  const restore = (): void => {
    stream.write(SHOW_CURSOR);
  };
  process.once('exit', restore);
  const timer = setInterval(() => spinner.spin(), 80);
  timer.unref();
  spinner.spin();
  return {
    update: (next) => {
      spinner.update(next);
    },
    end: () => {
      clearInterval(timer);
      spinner.clear();
      restore();
      process.off('exit', restore);
    },
  };
}

/** Without a terminal a line is written when it changes; seconds that tick in brackets are no change. */
function changingLines(text: string, note: (text: string) => void): Live {
  let last = '';
  const update = (next: string): void => {
    const bare = next.replace(/ \(\d+ s\)$/, '');
    if (bare !== last) note(bare);
    last = bare;
  };
  update(text);
  return { update, end: () => undefined };
}
