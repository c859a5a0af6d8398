import { createMask, type Mask, type MaskStream } from '../process/mask.ts';
import { openOutput } from '../process/output.ts';
import type { ContainerOutput } from './container.ts';

export interface MaskedOutput extends ContainerOutput {
  /** A mask for one stream of a child's output, with the secrets known by then. */
  readonly filter: () => MaskStream;
  /** For text that is not written as a line, such as a file that becomes part of a report. */
  readonly masked: (text: string) => string;
  /** Resolves when the log's reader keeps up again: a source that waits for it loses no line to a burst. */
  readonly relief: () => Promise<void> | null;
}

/** Everything that leaves the container as text goes through here: masked by value, never blocking. */
export function createOutput(fd: number): MaskedOutput {
  const output = openOutput(fd, {
    droppedNotice: (lines) =>
      `${JSON.stringify({ level: 'warn', component: 'supervisor', msg: 'the log reader had stopped, lines were dropped', lines })}\n`,
  });
  const complaints = fd === 2 ? output : openOutput(2);
  const hidden: string[] = [];
  let mask: Mask = createMask([]);
  return {
    line: (text) => output.write(mask.text(text.endsWith('\n') ? text : `${text}\n`)),
    complain: (text) => complaints.write(`${mask.text(text)}\n`),
    hide: (secrets) => {
      hidden.push(...secrets);
      mask = createMask(hidden);
    },
    filter: () => mask.stream(),
    masked: (text) => mask.text(text),
    relief: () => output.relief(),
    dropped: () => output.dropped,
    flush: async (limit) => {
      await Promise.all([output.drain(limit), complaints.drain(limit)]);
    },
  };
}
