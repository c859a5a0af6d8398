import { expect, test } from 'vitest';
import { channelSession, conversationOf } from './conversation.ts';

test('a session is safe for every runtime, and apart for every chat, thread, instance and fresh start', () => {
  const places = [
    { chat: 'abc' },
    { chat: 'ABC' },
    { chat: 'abc', thread: '1' },
    { chat: 'abc', thread: '' },
    { chat: 'abc\u0000' },
    { chat: 'x'.repeat(10_000) },
    { chat: '-100123' },
    { chat: '100123' },
  ];
  const sessions = ['telegram', 'Telegram'].flatMap((channel) =>
    places.flatMap((to) =>
      ['a', 'b'].flatMap((instance) =>
        [0, 1].map((epoch) => channelSession(instance, conversationOf(channel, to), epoch)),
      ),
    ),
  );
  expect(new Set(sessions).size).toBe(2 * places.length * 4);
  for (const session of sessions) expect(session).toMatch(/^[a-z0-9-]{1,64}$/);
  expect(conversationOf('t', { chat: 'c', message: '1' })).toBe(
    conversationOf('t', { chat: 'c', message: '2' }),
  );
});
