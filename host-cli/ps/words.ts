import type { ChannelReason } from '../../runtimes/contract.ts';
import { channelAdvice } from '../../supervisor/errors/advice.ts';
import type { Channel } from './health-facts.ts';
import type { InstanceRow } from './row.ts';

/** Reason codes as a person reads them; a newer image's own are shown as they are. */
const words: Readonly<Record<string, string>> = {
  booting: 'the supervisor boots',
  draining: 'turns in flight are answered',
  over: 'the supervisor ends',
  'runtime-starting': 'the runtime starts',
  'runtime-not-serving': 'the runtime does not serve',
  'runtime-backoff': 'the runtime waits for its next try',
  'runtime-ending': 'the runtime hangs and is ended',
  'runtime-restarting': 'the runtime is started anew for a change of who may talk to it',
  'runtime-stopping': 'the runtime stops',
  'relay-down': 'the relay is down',
  zombies: 'there are zombies',
  silent: 'it does not answer',
  foreign: 'its port gives no status: an image of another version, or another program',
  'token-refused': "it refuses this project's token",
  'engine-elsewhere': 'its port is on another machine',
  'no-port': 'its port is not published',
};

export function spoken(code: string): string {
  return Object.hasOwn(words, code) ? (words[code] ?? code) : code.replaceAll('-', ' ');
}

/** `telegram native`, `support proxied`, `ops unclaimed`, `telegram down (token-rejected)`. */
export function channelWords({ name, mode, state, reason }: Channel): string {
  const badge = state === 'up' ? (mode === 'relayed' ? 'proxied' : (mode ?? 'up')) : state;
  return `${name} ${badge}${reason !== null && reason !== state ? ` (${reason})` : ''}`;
}

export interface Note {
  readonly text: string;
  /** What to type or do; `{clawden}` is not filled in yet. */
  readonly next: string;
}

/** What to do about a row, where something can be done. */
export function notesOf(row: InstanceRow, tokenFile: string): readonly Note[] {
  const { name, state, reasons, channels } = row;
  const notes: Note[] = [];
  if (reasons.includes('token-refused')) {
    notes.push({
      text: `${name} refuses the token in ${tokenFile}`,
      next: `{clawden} stop ${name}   and start it again: it then has this token`,
    });
  } else if (state === 'failed' || state === 'restarting' || state === 'unready') {
    const text = `${name} ${state === 'failed' ? 'has failed' : `is ${state}`}`;
    notes.push({ text, next: `{clawden} logs ${name} --tail 50` });
  }
  for (const { name: channel, reason } of channels ?? []) {
    if (reason === null) continue;
    const known = Object.hasOwn(channelAdvice, reason);
    const next = known ? channelAdvice[reason as ChannelReason] : `{clawden} logs ${name}`;
    notes.push({ text: `${name}, channel ${channel}: ${reason}`, next });
  }
  return notes;
}
