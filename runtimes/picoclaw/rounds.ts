/** Follows the tool calls of one turn, to know when it has ended without a word. */
export interface Rounds {
  /** The model asked for these tools at once. */
  readonly calls: (names: readonly string[]) => void;
  /** A file was handed out. */
  readonly file: () => void;
  /** The model asked for nothing but files, and all were handed out: it is not asked again. */
  readonly over: () => boolean;
}

/** Milliseconds: the frame of a round's calls and those of its files mostly come within a few, in either order. */
export const APART = 300;
const FILES = 'send_file';

/**
 * A call that failed hands out no file, and then the model is asked again, which takes longer than that: a file shortly
 * before the next calls is theirs. Where PicoClaw has much to send the calls come late, the files never: those that no
 * calls explain wait for theirs.
 */
export function createRounds(now = (): number => performance.now()): Rounds {
  let round = { calls: 0, files: 0, got: 0 };
  let early = 0;
  let times: number[] = [];
  return {
    calls: (names) => {
      const files = names.filter((name) => name === FILES).length;
      const waited = Math.min(early, files);
      early -= waited;
      times = times.filter((time) => time > now() - APART);
      round = { calls: names.length, files, got: Math.max(waited, times.length) };
    },
    file: () => {
      times.push(now());
      if (round.got < round.files) round.got += 1;
      else early += 1;
    },
    over: () => round.files > 0 && round.files === round.calls && round.got >= round.files,
  };
}
