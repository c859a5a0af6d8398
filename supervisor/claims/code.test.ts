import { randomInt } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { codeIn, makeCode, shownCode } from './code.ts';

describe('a claim code', () => {
  it('has 40 bits or more, and no character that looks like another', () => {
    const codes = Array.from({ length: 2000 }, () => makeCode(randomInt));
    expect(new Set(codes).size).toBe(codes.length);
    const seen = new Set(codes.join(''));
    expect([...seen].join('')).not.toMatch(/[0O1IL]/);
    expect(makeCode(randomInt).length * Math.log2(seen.size)).toBeGreaterThan(40);
  });

  it.each([
    '7KQM2X9RT',
    '7kqm2x9rt',
    '7KQ-M2X-9RT',
    '  7kq-m2x-9rt\n',
    '/claim 7KQM2X9RT',
    '/CLAIM 7kq-m2x-9rt',
    'claim 7KQ-M2X-9RT',
    '/start 7KQM2X9RT',
  ])('is found in %j', (text) => {
    expect(codeIn(text)).toBe('7KQM2X9RT');
  });

  it.each([
    '',
    '/start',
    '/claim',
    '/start from-a-friend',
    'please claim 7KQM2X9RT',
    '7KQ M2X 9RT',
    '7KQM2X9R0',
    '7KQM2X9RTT',
    '/claim 7KQM2X9RT now',
    `/claim ${' '.repeat(100)}7KQM2X9RT`,
  ])('is not found in %j', (text) => {
    expect(codeIn(text)).toBeUndefined();
  });

  it('is found as it is shown', () => {
    const code = makeCode(randomInt);
    expect(codeIn(shownCode(code))).toBe(code);
  });

  it('is not looked for in a megabyte of text', () => {
    const began = performance.now();
    for (let round = 0; round < 1000; round += 1) codeIn(`/claim ${'-'.repeat(1_000_000)}`);
    expect(performance.now() - began).toBeLessThan(1000);
  });
});
