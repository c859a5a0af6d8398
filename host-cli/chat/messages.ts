import { createInterface } from 'node:readline';

export interface Messages {
  /** The next message; undefined once there is none to come (Ctrl-D). */
  next(): Promise<string | undefined>;
  close(): void;
}

const PASTE_MARKS = { on: '\u001b[?2004h', off: '\u001b[?2004l' };

/** Messages typed on a terminal, one a line; what is pasted is one message, however many lines it has. */
export function readMessages(prompt: string): Messages {
  const { stdin, stderr } = process;
  const input = createInterface({ input: stdin, output: stderr, prompt });
  const ready: string[] = [];
  let lines: string[] = [];
  let pasting = false;
  let over = false;
  let wake: (() => void) | undefined;
  // The terminal puts marks around what is pasted, which readline reports as keys.
  const marks = (_text: unknown, key: { readonly name?: string } | undefined): void => {
    if (key?.name === 'paste-start') pasting = true;
    if (key?.name === 'paste-end') pasting = false;
  };
  const restore = (): void => void stderr.write(PASTE_MARKS.off);
  stdin.on('keypress', marks);
  process.once('exit', restore);
  stderr.write(PASTE_MARKS.on);
  input.on('line', (line) => {
    lines.push(line);
    if (pasting) return;
    ready.push(lines.join('\n'));
    lines = [];
    wake?.();
  });
  input.on('close', () => {
    over = true;
    wake?.();
  });
  // At the prompt readline itself takes Ctrl-C from the terminal. What was typed is given up first.
  input.on('SIGINT', () => {
    if (!wake || (lines.length === 0 && input.line === '')) return void process.emit('SIGINT', 'SIGINT');
    lines = [];
    input.write(null, { ctrl: true, name: 'e' });
    input.write(null, { ctrl: true, name: 'u' });
    input.prompt();
  });
  return {
    next: async () => {
      if (ready.length === 0 && !over) {
        input.prompt();
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        wake = undefined;
      }
      return ready.shift();
    },
    close: () => {
      stdin.off('keypress', marks);
      process.off('exit', restore);
      restore();
      input.close();
    },
  };
}
