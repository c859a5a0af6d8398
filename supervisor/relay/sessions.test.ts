import { expect, test } from 'vitest';
import { freshSession, safeSession } from './sessions.ts';

const SAFE = /^[a-z0-9-]{1,64}$/;

test('an id that is safe everywhere is kept', () => {
  for (const id of ['a', 'my-session-1', 'x'.repeat(64)]) expect(safeSession(id)).toBe(id);
});

test('any other id becomes a safe one', () => {
  for (const id of ['', 'U4af', 'a b', 'a_b', 'cron:x', 'ü', '../..', 'x'.repeat(65), 'a\nb']) {
    expect(safeSession(id)).toMatch(SAFE);
  }
});

test('ids that differ only by case, by a sign or beyond the cut stay apart', () => {
  const ids = ['abc', 'Abc', 'ABC', 'a_bc', 'a-bc', 'a.bc', 'y'.repeat(65), 'y'.repeat(66)];
  expect(new Set(ids.map(safeSession)).size).toBe(ids.length);
});

test('the same id gives the same session each time', () => {
  expect(safeSession('Línea/U123')).toBe(safeSession('Línea/U123'));
});

test('nobody can name the session of another', () => {
  const hashed = safeSession('Alice');
  const fresh = freshSession();
  expect(safeSession(hashed)).not.toBe(hashed);
  expect(safeSession(fresh)).not.toBe(fresh);
});

test('fresh sessions are safe and never the same', () => {
  expect(freshSession()).toMatch(SAFE);
  expect(freshSession()).not.toBe(freshSession());
});
