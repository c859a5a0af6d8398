/** Follows the tool calls of one turn, to know when it has ended without a word. */
export interface Rounds {
  /** The model asked for these tools at once. */
  readonly calls: (names: readonly string[]) => void;
  /** A file was handed out. */
  readonly file: () => void;
  /** The model asked for nothing but files, and all were handed out: it is not asked again. */
  readonly over: () => boolean;
}

/** Milliseconds: the frame of a round's calls and those of its files come within a few, in either order. */
export const APART = 300;
const FILES = 'send_file';

/** A call that failed hands out no file, and then the model is asked again, which takes longer than that. */
export function createRounds(now = (): number => performance.now()): Rounds {
  let round = { calls: 0, files: 0, got: 0 };
  let times: number[] = [];
  return {
    calls: (names) => {
      const files = names.filter((name) => name === FILES).length;
      times = times.filter((time) => time > now() - APART);
      round = { calls: names.length, files, got: times.length };
    },
    file: () => {
      times.push(now());
      round.got += 1;
    },
    over: () => round.files > 0 && round.files === round.calls && round.got >= round.files,
  };
}
