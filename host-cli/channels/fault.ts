import type { DeclaredChannel } from '../../supervisor/config/project-channels.ts';
import { fixHere } from '../fix-here.ts';
import type { Given } from '../given.ts';

export interface Fault {
  readonly code: string;
  readonly message: string;
  readonly fix: string;
}

/** The first thing that is wrong with what is written of a channel; a variable that is not set, with its line of `.env`. */
export function faultOf(
  { problems, variables, hasCredentials }: DeclaredChannel,
  given: Given,
): Fault | undefined {
  const [first] = problems;
  if (!first) return undefined;
  const unset = variables.filter((name) => !given.values[name]);
  if (hasCredentials || unset.length === 0) return { ...first, fix: fixHere(first.fix) };
  const lines = unset.map((name) => `${name}=…`).join('   and   ');
  return {
    code: 'token-missing',
    message: `${unset.join(' and ')} is not set`,
    fix: `write into .env: ${lines}`,
  };
}
