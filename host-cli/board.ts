import { createLogUpdate } from 'log-update';
import type { Colors, Tell } from './ui.ts';

/** A line for each of several things that go on at once. */
export interface Board {
  /** The way to say how one of them stands. */
  line(name: string): Tell;
  /** It needs no more waiting: it has come to its end, a good one or not. */
  settle(name: string, good: boolean): void;
  /** Takes the lines away: what follows says how it ended. */
  end(): void;
}

const FRAMES = [...'⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏'];
const INTERVAL = 80;

/** Lines that change in place, for a terminal that somebody watches. */
export function liveBoard(stream: NodeJS.WriteStream, colors: Colors): Board {
  // The cursor stays: hiding it brings signal handlers that end the process under us.
  const render = createLogUpdate(stream, { showCursor: true });
  const lines = new Map<string, { readonly mark: string | undefined; readonly text: string }>();
  let frame = 0;
  const draw = (): void => {
    const spinner = colors.cyan(FRAMES[frame % FRAMES.length] ?? '');
    const width = Math.max(0, ...[...lines.keys()].map((name) => name.length));
    const room = Math.max(20, stream.columns - width - 6);
    render(
      [...lines]
        .map(([name, { mark, text }]) => `${mark ?? spinner} ${name.padEnd(width)}  ${cut(text, room)}`)
        .join('\n'),
    );
    frame += 1;
  };
  const timer = setInterval(draw, INTERVAL);
  timer.unref();
  return {
    line: (name) => {
      lines.set(name, { mark: undefined, text: '' });
      return (text) => void lines.set(name, { mark: undefined, text });
    },
    settle: (name, good) => {
      const mark = good ? colors.green('✔') : colors.red('✖');
      lines.set(name, { mark, text: good ? 'done' : 'failed' });
    },
    end: () => {
      clearInterval(timer);
      render.clear();
      render.done();
    },
  };
}

/** Without one, a line is written when it changes; seconds that tick in brackets are no change. */
export function plainBoard(note: (text: string) => void): Board {
  return {
    line: (name) => {
      let last = '';
      return (text) => {
        const bare = text.replace(/ \(\d+ s\)$/, '');
        if (bare !== last) note(`${name}: ${bare}`);
        last = bare;
      };
    },
    settle: () => undefined,
    end: () => undefined,
  };
}

function cut(text: string, room: number): string {
  return text.length <= room ? text : `${text.slice(0, room - 1)}…`;
}
