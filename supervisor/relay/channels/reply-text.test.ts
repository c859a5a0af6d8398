import { expect, test } from 'vitest';
import type { TurnErrorCode } from '../../../runtimes/contract.ts';
import type { Reply } from './ask.ts';
import { replyText } from './reply-text.ts';
import { failures, words } from './words.ts';

const about = { lost: [], files: false, wanted: true, again: false };
const reply = (changes: Partial<Reply> = {}): Reply => ({ text: '', cut: false, files: [], ...changes });
const failed = (code: TurnErrorCode): Partial<Reply> => ({ failure: { code, message: 'detail' } });

test('a reply is what the runtime said', () => {
  expect(replyText(reply({ text: '**hi**\n' }), about)).toBe('**hi**\n');
});

test('who waits is told that there is no answer, a group that did not ask is not', () => {
  for (const nothing of [reply(), reply({ text: ' \n' }), reply(failed('no-reply'))]) {
    expect(replyText(nothing, about)).toBe(words.noAnswer);
    expect(replyText(nothing, { ...about, wanted: false })).toBe('');
  }
});

test('a file is an answer', () => {
  expect(replyText(reply(), { ...about, files: true })).toBe('');
});

test('every error has a sentence for people, without the detail', () => {
  for (const [code, sentence] of Object.entries(failures)) {
    const text = replyText(reply(failed(code as TurnErrorCode)), about);
    expect(text).toBe(sentence);
    expect(text).toMatch(/^[A-Z].{10,120}\.$/);
  }
});

test('what came before an error is not lost, and a second try says that it is one', () => {
  const text = replyText(reply({ text: 'half', ...failed('provider-error') }), { ...about, again: true });
  expect(text).toBe(`${words.askedAgain}\n\nhalf\n\n${failures['provider-error']}`);
});
