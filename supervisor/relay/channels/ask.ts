import type { Turn, TurnErrorCode, TurnEvent } from '../../../runtimes/contract.ts';
import type { Turns } from '../turns.ts';
import { MOST_FILES } from './files-out.ts';

/** What a turn gave. */
export interface Reply {
  readonly text: string;
  /** There was more. */
  readonly cut: boolean;
  readonly files: readonly ReplyFile[];
  readonly failure?: { readonly code: TurnErrorCode; readonly message: string };
}

export type ReplyFile = Omit<Extract<TurnEvent, { kind: 'file' }>, 'kind'>;

/** Characters; a runtime that never stops must not fill a chat. */
const LONGEST = 200_000;

/** One turn from its beginning to its end. Throws what the message API throws. */
export async function ask(turns: Turns, turn: Turn, signal: AbortSignal): Promise<Reply> {
  const files: ReplyFile[] = [];
  let text = '';
  let cut = false;
  for await (const event of turns.run(turn, signal)) {
    switch (event.kind) {
      case 'delta':
        cut ||= text.length + event.text.length > LONGEST;
        text = (text + event.text).slice(0, LONGEST);
        break;
      case 'file':
        if (files.length < MOST_FILES) files.push(event);
        break;
      case 'error':
        return { text, cut, files, failure: event };
      case 'done':
        return { text, cut, files };
      default: {
        const never: never = event;
        return never;
      }
    }
  }
  return { text, cut, files };
}
