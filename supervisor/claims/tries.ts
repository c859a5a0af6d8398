import { createHash, timingSafeEqual } from 'node:crypto';

/** Milliseconds on a monotonic clock: a jump of the wall clock lets no code live longer. */
type Millis = number;

/** A channel without an owner. Pure data: `tried` gives the next one. */
export type Claim =
  | {
      readonly kind: 'open';
      readonly code: string;
      readonly expires: Millis;
      /** Wrong tries by sender; at most `triesInAll` entries, however many strangers write. */
      readonly wrong: ReadonlyMap<string, number>;
    }
  /** Until then no code is right. */
  | { readonly kind: 'locked'; readonly until: Millis };

export type Verdict = 'right' | 'wrong' | 'locks' | 'ignored';

export const codeLasts: Millis = 3_600_000;
export const lockLasts: Millis = 15 * 60_000;
const triesEach = 5;
const triesInAll = 20;

export function openClaim(code: string, now: Millis): Claim {
  return { kind: 'open', code, expires: now + codeLasts, wrong: new Map() };
}

/**
 * Somebody brought a code. `locks`: wrong, and one too many. `ignored`: too late, during a lock, or by a sender who
 * was wrong too often: then the right one does not count either.
 */
export function tried(claim: Claim, sender: string, code: string, now: Millis): readonly [Claim, Verdict] {
  if (claim.kind === 'locked' || now >= claim.expires) return [claim, 'ignored'];
  const before = claim.wrong.get(sender) ?? 0;
  if (before >= triesEach) return [claim, 'ignored'];
  if (same(code, claim.code)) return [claim, 'right'];
  const wrong = new Map(claim.wrong).set(sender, before + 1);
  const all = [...wrong.values()].reduce((sum, count) => sum + count, 0);
  if (all >= triesInAll) return [{ kind: 'locked', until: now + lockLasts }, 'locks'];
  return [{ ...claim, wrong }, 'wrong'];
}

/** In the same time wherever they differ. */
function same(one: string, other: string): boolean {
  const [first, second] = [one, other].map((text) => createHash('sha256').update(text).digest());
  return first !== undefined && second !== undefined && timingSafeEqual(first, second);
}
