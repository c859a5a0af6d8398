import { expect, test } from 'vitest';
import { readConversation } from './conversation.ts';
import { replyTo } from './reply.ts';

const internal = {
  role: 'user',
  content: [
    {
      type: 'text',
      text: '<<<BEGIN_OPENCLAW_INTERNAL_CONTEXT>>>\n"none"\n<<<END_OPENCLAW_INTERNAL_CONTEXT>>>',
    },
  ],
};
const user = (text: string) => ({ role: 'user', content: `[Tue 2026-11-24 15:40 UTC] ${text}` });

/** What the echo says to these messages. */
function echo(messages: readonly object[], scripted = false) {
  const conversation = readConversation({ model: 'm', messages }, 100);
  if (!conversation) throw new Error('no conversation');
  return replyTo(conversation, scripted);
}

test('a plain client hears its last message', () => {
  expect(
    echo([
      { role: 'user', content: 'one' },
      { role: 'assistant', content: 'x' },
      { role: 'user', content: 'two' },
    ]),
  ).toEqual({
    kind: 'text',
    delay: 0,
    text: 'two',
  });
});

test('text parts are joined, other parts left out', () => {
  const content = [
    { type: 'text', text: 'a' },
    { type: 'image_url', image_url: { url: 'data:,' } },
    { type: 'text', text: 'b' },
  ];
  expect(echo([{ role: 'user', content }])).toMatchObject({ text: 'a\nb' });
});

test('internal context in the last user message is passed over', () => {
  expect(echo([{ role: 'system', content: 's' }, user('real words'), internal])).toMatchObject({
    text: 'real words',
  });
});

test('without any words the answer is still not empty', () => {
  expect(echo([internal])).toMatchObject({ text: 'ok' });
  expect(echo([])).toMatchObject({ text: 'ok' });
});

test('directives are plain words unless scripted', () => {
  expect(echo([user('[[status 500]]')])).toMatchObject({ kind: 'text', text: '[[status 500]]' });
});

test('scripted: a delay, and the rest of the words', () => {
  expect(echo([user('please [[delay 3000]] wait')], true)).toEqual({
    kind: 'text',
    delay: 3000,
    text: 'please wait',
  });
});

test('scripted: a status', () => {
  expect(echo([user('[[status 429]]')], true)).toMatchObject({ kind: 'status', status: 429 });
});

test('scripted: all earlier texts', () => {
  const messages = [
    user('one'),
    internal,
    { role: 'assistant', content: 'x' },
    user('two'),
    user('[[history]]'),
    internal,
  ];
  expect(echo(messages, true)).toMatchObject({ text: 'one | two' });
  expect(echo([user('[[history]]')], true)).toMatchObject({ text: 'nothing yet' });
});

test('scripted: a tool is called, then its result answered', () => {
  const ask = user('[[tool exec {"command":"echo [[x]]"}]]');
  expect(echo([ask, internal], true)).toEqual({
    kind: 'tool',
    delay: 0,
    name: 'exec',
    input: '{"command":"echo [[x]]"}',
  });
  expect(
    echo([ask, { role: 'assistant', content: null }, { role: 'tool', content: '42' }, internal], true),
  ).toMatchObject({
    kind: 'text',
    text: '42',
  });
});

test('scripted: the result of a tool as Anthropic sends it', () => {
  const result = {
    role: 'user',
    content: [{ type: 'tool_result', tool_use_id: 't', content: [{ type: 'text', text: '42' }] }],
  };
  expect(echo([user('[[tool exec {}]]'), result], true)).toMatchObject({ kind: 'text', text: '42' });
});

test('a result of an earlier turn is not the answer to a new call', () => {
  const messages = [user('[[tool exec {}]]'), { role: 'tool', content: 'old' }, user('[[tool exec {}]]')];
  expect(echo(messages, true)).toMatchObject({ kind: 'tool' });
});

test('what holds no list of messages is no conversation', () => {
  for (const body of [undefined, null, 1, 'x', [], {}, { messages: 'x' }])
    expect(readConversation(body, 0)).toBeUndefined();
});
