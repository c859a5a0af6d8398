import { printable } from '../printable.ts';
import { program } from '../program.ts';
import type { Colors } from '../ui.ts';
import type { Action } from './ask.ts';
import { claimLines } from './claims.ts';
import type { Told } from './told.ts';

export interface Changed {
  readonly instance: string;
  /** As it is now. */
  readonly channel: Told;
  readonly id: string | undefined;
}

/** What a change has come to. */
export function said(action: Action, changed: Changed, colors: Colors): readonly string[] {
  const { instance, channel, id = '' } = changed;
  const where = `${channel.name} of ${instance}`;
  // It reads who may talk at its start.
  const again = channel.serves === 'native' ? '; the runtime starts again for that, which takes seconds' : '';
  const done = (text: string): string => `${colors.green('✔')} ${text}${again}`;
  switch (action) {
    case 'allow':
      return [done(`${id} may talk on ${where}`)];
    case 'revoke':
      return [done(`${id} may not talk on ${where} any more`), ...waits(changed)];
    case 'reset': {
      const left = channel.fromFile?.length ? ', those of allow_from aside' : '';
      return [done(`nobody may talk on ${where} any more${left}`), ...waits(changed)];
    }
    default: {
      const never: never = action;
      return never;
    }
  }
}

/** Without anybody it waits for a new owner. A runtime that had it lets go of it first, and then there is a code. */
function waits({ instance, channel }: Changed): readonly string[] {
  const { owner, allowed, fromFile, claim, lockedUntil } = channel;
  if (owner || allowed?.length || fromFile?.length) return [];
  if (claim === null && lockedUntil === null) {
    return [`  it waits for its owner: its code is shown by ${program()} channels`];
  }
  const waiting = { ...channel, channel: channel.name, instance };
  return claimLines(waiting, Date.now()).map((line) => printable(line));
}
