import { printable } from '../printable.ts';
import { program } from '../program.ts';
import type { Colors } from '../ui.ts';
import type { Action } from './ask.ts';
import { claimLines } from './claims.ts';
import type { Told } from './told.ts';

export interface Changed {
  readonly instance: string;
  readonly before: Told;
  /** As it is now. */
  readonly channel: Told;
  readonly id: string | undefined;
}

/** What a change has come to. */
export function said(action: Action, changed: Changed, colors: Colors): readonly string[] {
  const { instance, before, channel, id = '' } = changed;
  const where = `${channel.name} of ${instance}`;
  // It reads who may talk at its start.
  const starts = channel.serves === 'native' && peopleOf(before).join() !== peopleOf(channel).join();
  const again = starts ? '; the runtime starts again for that, which takes seconds' : '';
  const done = (text: string): string => `${colors.green('✔')} ${text}${again}`;
  switch (action) {
    case 'allow':
      return [done(`${id} may talk on ${where}`)];
    case 'revoke':
      return [done(`${id} may not talk on ${where} any more`), ...waits(changed)];
    case 'reset': {
      if (peopleOf(channel).includes('*')) return [done(`everyone may talk on ${where}: allow_from says so`)];
      const left = channel.fromFile?.length ? ', those of allow_from aside' : '';
      return [done(`nobody may talk on ${where} any more${left}`), ...waits(changed)];
    }
    default: {
      const never: never = action;
      return never;
    }
  }
}

function peopleOf({ owner, allowed, fromFile }: Told): readonly string[] {
  if (fromFile?.includes('*')) return ['*'];
  return [...new Set([...(fromFile ?? []), ...(owner ? [owner.id] : []), ...(allowed ?? [])])].sort();
}

/** Without anybody it waits for a new owner. A runtime that had it lets go of it first, and then there is a code. */
function waits({ instance, channel }: Changed): readonly string[] {
  const { claim, lockedUntil } = channel;
  if (peopleOf(channel).length > 0) return [];
  if (claim === null && lockedUntil === null) {
    return [`  it waits for its owner: its code is shown by ${program()} channels`];
  }
  const waiting = { ...channel, channel: channel.name, instance };
  return claimLines(waiting, Date.now()).map((line) => printable(line));
}
