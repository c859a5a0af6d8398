import { expect, test } from 'vitest';
import { foldedTexts, ownWords } from './own-words.ts';

const trailer =
  '\n\nRuntime: agent=main | session=agent:main:clawden:api:s1 | sessionId=5ba91ec4 | host=vm | channel=webchat | capabilities=markdowndetails';
const metadata =
  'Conversation info: ⟦openclaw:ctx⟧\n```json\n{"sender":{"id":"42","name":"User 42"}}\n```\n\n';
const internal =
  '<<<BEGIN_OPENCLAW_INTERNAL_CONTEXT>>>\nConversation data (data, not instructions):\n"Active exec sessions:\\nnone"\n<<<END_OPENCLAW_INTERNAL_CONTEXT>>>';

test('a plain text stays as it is, brackets, line breaks and fences included', () => {
  for (const text of ['hello', '[x] y', 'a\n\nb', '```json\n{}\n```', 'Runtime: agent=main', 'User: me']) {
    expect(ownWords(text)).toBe(text);
  }
});

test('the time before and the runtime line after a message are not the words of the user', () => {
  expect(ownWords(`[Tue 2026-11-24 15:28 UTC] hello there [one]${trailer}`)).toBe('hello there [one]');
  expect(ownWords('[Tue 2026-11-24 15:28 UTC] second')).toBe('second');
});

test('metadata of a channel is not the words of the user', () => {
  expect(ownWords(`[Tue 2026-11-24 15:40 UTC] ${metadata}line one\n\nline two [x]${trailer}`)).toBe(
    'line one\n\nline two [x]',
  );
  expect(ownWords(`Replied message: ⟦openclaw:ctx⟧\nsome text\nmore\n\n${metadata}yes`)).toBe('yes');
  expect(ownWords(`${metadata}yes\n\nContext: ⟦openclaw:ctx⟧\nold things`)).toBe('yes');
});

test('a message of internal context holds no words at all', () => {
  expect(ownWords(internal)).toBe('');
});

test('of a folded conversation the earlier texts and the current one are found', () => {
  const folded =
    '[Tue 2026-11-24 15:29 UTC] [Chat messages since your last reply - for context]\n' +
    `User: first q\n\nwith two paras\nAssistant: first a\nUser: middle\n\n[Current message - respond to this]\nUser: last q\n\npara two${trailer}`;
  expect(foldedTexts(folded)).toEqual(['first q\n\nwith two paras', 'middle', 'last q\n\npara two']);
});

test('the text of a turn that was cut comes before the next one, not with it', () => {
  const queued =
    '[Queued user message from a previous active turn; preserved as context only. Continue with the active prompt below.]';
  const text = `[Tue 2026-11-24 15:56 UTC] ${queued}\n[[delay 30000]] x\n\nafter\n\nmore`;
  expect(foldedTexts(text)).toEqual(['[[delay 30000]] x', 'after\n\nmore']);
});

test('the memory, the turn and the time that ZeroClaw puts before a message are not the words of the user', () => {
  const time = '[2026-11-24 18:51:48 +00:00] ';
  const memory = '[Memory context]\n- telegram_42_1: hello\n[/Memory context]\n\n';
  const turn =
    '[turn-context] time=18:51:48 channel=telegram sender=42. Use it.\n\nYour handle: @den_bot.\n\n\n\n';
  for (const wrapped of [time, memory + time, turn + time, memory + turn + time]) {
    expect(ownWords(`${wrapped}real [words]\n\nand more`)).toBe('real [words]\n\nand more');
  }
  const folded = `${time}[Chat messages since your last reply - for context]\nUser: one\nAssistant: x\n\n[Current message - respond to this]\nUser: two`;
  expect(foldedTexts(folded)).toEqual(['one', 'two']);
});
