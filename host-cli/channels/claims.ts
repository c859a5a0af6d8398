import { program } from '../program.ts';
import { spokenDuration } from '../ps/duration.ts';
import type { Claim } from './told.ts';

/** A channel that waits for its owner. */
export interface Waiting {
  readonly channel: string;
  readonly instance: string;
  readonly account: string | null;
  readonly claim: Claim | null;
  readonly lockedUntil: string | null;
}

/** How to become the owner of it; `now` in milliseconds since 1970. */
export function claimLines(waiting: Waiting, now: number): readonly string[] {
  const { channel, instance, account, claim, lockedUntil } = waiting;
  const what = `${channel} of ${instance} waits for its owner`;
  if (lockedUntil !== null) {
    const rest = spokenDuration(secondsTo(lockedUntil, now));
    return [
      `${what}; its code was guessed at too often, the next one comes in ${rest}`,
      `  → at once: ${program()} channels reset ${instance} ${channel}`,
    ];
  }
  if (claim === null) {
    return [`${what}; its code is in the log`, `  → ${program()} logs ${instance} --tail 50`];
  }
  const within = claim.expires === null ? '' : ` within ${spokenDuration(secondsTo(claim.expires, now))}`;
  if (claim.link !== null) {
    return [
      `${what}: open this${within}, or send ${account ?? 'it'} the code`,
      `  ${claim.link}`,
      `  ${claim.code}`,
    ];
  }
  return [`${what}: send ${account ?? 'it'} this in a direct message${within}`, `  ${claim.code}`];
}

function secondsTo(time: string, now: number): number {
  return Math.max(0, (Date.parse(time) - now) / 1000);
}
