import { describe, expect, test } from 'vitest';
import { createSigns } from './signs.ts';

const signs = (...lines: readonly string[]): ReturnType<typeof createSigns> => {
  const found = createSigns([
    { type: 'chat', pattern: /^(?<account>\w+) refused/, reason: 'token-rejected' },
    { type: 'chat', pattern: /^(?<account>\w+) works/, reason: null },
    { type: 'chat', pattern: /^no chat/, reason: 'unreachable' },
    { type: 'chat', pattern: /^chat is back/, reason: null },
    { pattern: /^left off (?<account>\w+)/, reason: 'down', lasts: 5_000 },
  ]);
  for (const line of lines) found.read(line, 0);
  return found;
};
const said = (account: string, ...lines: readonly string[]): string | undefined =>
  signs(...lines).of({ type: 'chat', account }, 1_000)?.reason;

describe('what a runtime says of its channels', () => {
  test('is about the account that it names, and about no other', () => {
    expect([said('one', 'one refused'), said('two', 'one refused')]).toEqual(['token-rejected', undefined]);
    expect(said('one', 'one refused', 'two works')).toBe('token-rejected');
    expect(said('one', 'one refused', 'one works')).toBeUndefined();
  });

  test('is about every account where it names none, until one works', () => {
    expect([said('one', 'no chat'), said('two', 'no chat')]).toEqual(['unreachable', 'unreachable']);
    expect(said('one', 'no chat', 'two works')).toBeUndefined();
    expect(said('one', 'one refused', 'chat is back')).toBeUndefined();
  });

  test('needs no type where the account tells', () => {
    expect([said('one', 'left off one'), said('two', 'left off one')]).toEqual(['down', undefined]);
    expect(signs('left off one').of({ type: 'chat', account: 'one' }, 6_000)).toBeUndefined();
  });

  test('is new trouble once, and then again when it was over', () => {
    const found = signs();
    expect(found.read('one refused', 0)).toEqual({ type: 'chat', account: 'one' });
    expect(found.read('one refused', 1_000)).toBeUndefined();
    expect(found.read('one works', 2_000)).toBeUndefined();
    expect(found.read('one refused', 3_000)).toEqual({ type: 'chat', account: 'one' });
  });
});
