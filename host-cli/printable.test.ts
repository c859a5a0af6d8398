import { expect, it } from 'vitest';
import { printable } from './printable.ts';

it('a reply cannot steer the terminal, however it is cut into pieces', () => {
  expect(printable('\u001b]52;c;aGk=\u0007')).toBe('�]52;c;aGk=�');
  expect(['a\u001b', '[2Jb\u009b1m'].map(printable).join('')).toBe('a�[2Jb�1m');
});

it('a reply keeps its lines, tabs and letters of any script', () => {
  expect(printable('a\tb\r\nc\n日本 é 🦞')).toBe('a\tb\nc\n日本 é 🦞');
});
