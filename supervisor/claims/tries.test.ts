import { describe, expect, it } from 'vitest';
import { type Claim, codeLasts, lockLasts, openClaim, tried, type Verdict } from './tries.ts';

const right = '7KQM2X9RT';

/** Tries one after the other, all at the start; the last verdict and what is left. */
function outcome(tries: readonly (readonly [string, string])[], now = 0): readonly [Claim, Verdict] {
  let claim: Claim = openClaim(right, 0);
  let verdict: Verdict = 'ignored';
  for (const [sender, code] of tries) [claim, verdict] = tried(claim, sender, code, now);
  return [claim, verdict];
}

const wrongBy = (sender: string, times: number): [string, string][] =>
  Array.from({ length: times }, () => [sender, 'AAAAAAAAA']);

describe('a code', () => {
  it('is right once, at once, and until its hour is over', () => {
    expect(outcome([['eve', right]])[1]).toBe('right');
    expect(outcome([['eve', right]], codeLasts - 1)[1]).toBe('right');
    expect(outcome([['eve', right]], codeLasts)[1]).toBe('ignored');
  });

  it('may be mistyped four times', () => {
    expect(outcome([...wrongBy('ada', 4), ['ada', right]])[1]).toBe('right');
  });

  it('does not count from somebody who was wrong five times, and does from others', () => {
    expect(outcome([...wrongBy('eve', 5), ['eve', right]])[1]).toBe('ignored');
    expect(outcome([...wrongBy('eve', 50), ['ada', right]])[1]).toBe('right');
  });

  it('is void after twenty wrong tries of different people', () => {
    const strangers = ['a', 'b', 'c', 'd'].flatMap((sender) => wrongBy(sender, 5));
    expect(outcome(strangers.slice(0, 19))[1]).toBe('wrong');
    const [claim, verdict] = outcome(strangers);
    expect(verdict).toBe('locks');
    expect(claim).toEqual({ kind: 'locked', until: lockLasts });
    expect(tried(claim, 'ada', right, 1)).toEqual([claim, 'ignored']);
  });

  it('remembers no more than twenty of 10,000 strangers', () => {
    let claim: Claim = openClaim(right, 0);
    for (let stranger = 0; stranger < 10_000; stranger += 1) {
      [claim] = tried(claim, `stranger-${stranger}`, 'AAAAAAAAA', 0);
    }
    expect(claim).toEqual({ kind: 'locked', until: lockLasts });
  });
});
