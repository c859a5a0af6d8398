import { expect, test } from 'vitest';
import { fold, unfold } from './fold.ts';

test('one message stays as it was written', () => {
  expect(fold([{ role: 'user', text: 'hello\n[Answer now]' }])).toBe('hello\n[Answer now]');
  expect(unfold('hello')).toBeUndefined();
});

test('a conversation becomes one text, in order, with what is to be answered last', () => {
  const text = fold([
    { role: 'system', text: 'Be short.' },
    { role: 'user', text: 'I am Ann\nof Ulm' },
    { role: 'assistant', text: 'Hello Ann' },
    { role: 'user', text: 'Who am I?' },
  ]);
  expect(text).toBe(
    '[The conversation so far]\nInstructions: Be short.\nUser: I am Ann\nof Ulm\nAssistant: Hello Ann\n\n[Answer now]\nWho am I?',
  );
  expect(unfold(text)).toEqual(['I am Ann\nof Ulm', 'Who am I?']);
});

test('a conversation that ends with another role than the user keeps its order', () => {
  const text = fold([
    { role: 'user', text: 'one' },
    { role: 'assistant', text: 'two' },
  ]);
  expect(text.indexOf('User: one')).toBeLessThan(text.indexOf('Assistant: two'));
  expect(unfold(text)).toEqual(['one']);
});
