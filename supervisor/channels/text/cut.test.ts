import { expect, test } from 'vitest';
import { cut } from './cut.ts';

test('text is cut at an empty line, else at a line, a sentence, a word', () => {
  expect(cut('one two\n\nthree four', 12)).toEqual(['one two', 'three four']);
  expect(cut('one two\nthree four', 12)).toEqual(['one two', 'three four']);
  expect(cut('One two. Three four', 12)).toEqual(['One two.', 'Three four']);
  expect(cut('one two three', 11)).toEqual(['one two', 'three']);
  expect(cut('漢字漢字漢。字漢字', 8)).toEqual(['漢字漢字漢。', '字漢字']);
});

test('a long word is cut, but no character as people see it', () => {
  expect(cut('abcdef', 4)).toEqual(['abcd', 'ef']);
  expect(cut('ab😀cd', 3)).toEqual(['ab', '😀c', 'd']);
  expect(cut('a🇩🇪🇫🇷🇮🇹', 7)).toEqual(['a🇩🇪', '🇫🇷', '🇮🇹']);
  expect(cut('ae\u0301e\u0301', 4)).toEqual(['ae\u0301', 'e\u0301']);
  expect(cut('👩‍👩‍👧‍👦👩‍👩‍👧‍👦', 15)).toEqual(['👩‍👩‍👧‍👦', '👩‍👩‍👧‍👦']);
});

test('a single character that is longer than a message is cut between code points', () => {
  const pieces = cut(`a${'\u0301'.repeat(10)}😀`, 4);
  expect(pieces.join('')).toBe(`a${'\u0301'.repeat(10)}😀`);
  for (const piece of pieces) expect(piece.isWellFormed()).toBe(true);
});

test('the indentation of the next line stays, blank pieces go', () => {
  expect(cut('one two\n    three', 10)).toEqual(['one two', '    three']);
  expect(cut(`a${' '.repeat(50)}b`, 10)).toEqual(['a', 'b']);
  for (const text of ['', ' \n\t ', '\u200b\u2060', '\0\x07', '\u202e']) expect(cut(text, 10)).toEqual([]);
});

test('control characters and what turns text round are dropped', () => {
  expect(cut('a\0b\x1b[1m\u202ec\u2066d\r\ne\u2028f\ttab\ud800', 100)).toEqual(['ab[1mcd\ne\nf\ttab\ufffd']);
});
