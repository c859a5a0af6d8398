import { afterEach, describe, expect, it, vi } from 'vitest';
import { type AccessStage, accessStage } from './testing.ts';

let made: AccessStage;
afterEach(() => made.remove());

function stage(): AccessStage {
  made = accessStage();
  return made;
}

const codeLines = (s: AccessStage): readonly unknown[] =>
  s.logged.filter(({ message }) => message.includes('has no owner')).map(({ fields }) => fields['code']);

describe('a claim code', () => {
  it('is said with the link as soon as the name of the account is known', () => {
    const s = stage();
    expect(codeLines(s)).toEqual([]);
    s.account('telegram', '@den_bot');
    s.account('telegram', '@den_bot');
    const shown = s.code().replace(/(...)(...)(...)/, '$1-$2-$3');
    expect(codeLines(s)).toEqual([shown]);
    const link = `https://t.me/den_bot?start=${s.code()}`;
    expect(s.logged.at(-1)?.fields).toMatchObject({ channel: 'telegram', link });
    expect(s.list()[0]).toMatchObject({ claim: { code: shown, link } });
  });

  it('is said without one after five seconds', async () => {
    const s = stage();
    await s.clock.advance(5_000);
    expect(codeLines(s)).toHaveLength(1);
    expect(s.logged.at(-1)?.fields).not.toHaveProperty('link');
  });

  it('is another one after an hour, and the old one is worth nothing', async () => {
    const s = stage();
    await s.clock.advance(5_000);
    const old = s.code();
    await s.clock.advance(3_600_000);
    expect(s.code()).not.toBe(old);
    expect(codeLines(s)).toHaveLength(2);
    s.say(old);
    expect(s.list()[0]).toMatchObject({ mode: 'unclaimed' });
    s.say(s.code());
    expect(s.list()[0]).toMatchObject({ owner: { id: '42' } });
  });

  it('is good for its hour whatever the clock of the machine is set to, which alone decides what is told', async () => {
    const s = stage();
    const code = s.code();
    const told = (): number => Date.parse(String(Object(s.list()[0]?.['claim']).expires)) - Date.now();
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      for (const days of [3, -400]) {
        vi.setSystemTime(Date.now() + days * 24 * 3_600_000);
        expect(s.code()).toBe(code);
        expect(Math.abs(told() - 3_600_000)).toBeLessThan(1_000);
      }
    } finally {
      vi.useRealTimers();
    }
    await s.clock.advance(3_599_999);
    s.say(code);
    expect(s.list()[0]).toMatchObject({ owner: { id: '42' } });
  });

  it('guessed at a thousand times by many is locked for a quarter of an hour, and there is another one then', async () => {
    const s = stage();
    const code = s.code();
    for (let guess = 0; guess < 1000; guess += 1) s.say('AAAAAAAAA', String(1000 + guess));
    s.say(code);
    expect(s.list()[0]).toMatchObject({ mode: 'unclaimed', locked: expect.stringMatching(/Z$/) });
    expect(s.list()[0]).not.toHaveProperty('claim');
    expect(s.counted('clawden_claim_tries_total', 'wrong')).toBe(20);
    expect(s.counted('clawden_claim_locks_total')).toBe(1);
    await s.clock.advance(15 * 60_000 - 1);
    expect(s.code()).toBe('');
    await s.clock.advance(1);
    expect(s.code()).not.toBe(code);
    s.say(s.code());
    expect(s.list()[0]).toMatchObject({ owner: { id: '42' } });
  });

  it('guessed at a thousand times by one person is not spoilt for the others', () => {
    const s = stage();
    for (let guess = 0; guess < 1000; guess += 1) s.say('AAAAAAAAA', '666');
    s.say(s.code(), '666');
    expect(s.list()[0]).toMatchObject({ mode: 'unclaimed' });
    s.say(s.code());
    expect(s.list()[0]).toMatchObject({ owner: { id: '42' } });
  });

  it('is no easier to guess when the relay is killed between the tries', () => {
    const s = stage();
    for (let guess = 0; guess < 20; guess += 1) {
      s.say('AAAAAAAAA', String(1000 + guess));
      s.relayStarts();
    }
    expect(s.list()[0]).toHaveProperty('locked');
  });

  it('is new, and there is no lock, after a reset', () => {
    const s = stage();
    for (let guess = 0; guess < 20; guess += 1) s.say('AAAAAAAAA', String(1000 + guess));
    s.act('reset');
    const first = s.code();
    expect(first).toMatch(/^.{9}$/);
    s.act('reset');
    expect(s.code()).not.toBe(first);
  });
});
