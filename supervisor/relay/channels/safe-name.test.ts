import { describe, expect, test } from 'vitest';
import { numbered, safeName } from './safe-name.ts';

describe('a safe name', () => {
  test.each([
    ['report.pdf', 'report.pdf'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\Users\\me\\x.txt', 'x.txt'],
    ['.bashrc', 'bashrc'],
    ['..', 'file'],
    ['', 'file'],
    ['-rf', 'rf'],
    ['a\u0000b\nc.txt', 'a_b_c.txt'],
    ['photo\u202egpj.exe', 'photo_gpj.exe'],
    ['[x].md', '_x_.md'],
    ['übung (1).txt', 'übung (1).txt'],
  ])('of %j is %j', (name, safe) => {
    expect(safeName(name)).toBe(safe);
  });

  test('keeps its ending, and fits into a file system with a number', () => {
    for (const name of [
      `${'ü'.repeat(5_000)}.pdf`,
      '😀'.repeat(300),
      `${'x'.repeat(300)}.${'y'.repeat(300)}`,
    ]) {
      const safe = numbered(safeName(name), 9_999);
      expect(Buffer.byteLength(safe)).toBeLessThanOrEqual(255);
      expect(safe).toMatch(/-9999/);
      expect(safe.isWellFormed()).toBe(true);
    }
    expect(safeName(`${'x'.repeat(5_000)}.pdf`)).toMatch(/x\.pdf$/);
    expect(numbered('a.tar', 2)).toBe('a-2.tar');
  });
});
