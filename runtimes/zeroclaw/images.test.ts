import { expect, test } from 'vitest';
import type { Turn } from '../contract.ts';
import { messages } from './messages.ts';
import { startGateway } from './testing-gateway.ts';

const images = [{ mediaType: 'image/png', base64: 'iVBORw0KGgo=' }];
const mark = '[IMAGE:data:image/png;base64,iVBORw0KGgo=]';

test.each([
  ['what is it?', `what is it?\n${mark}`],
  ['', mark],
])('a picture with the words "%s" goes as ZeroClaw’s own mark behind them', async (text, content) => {
  const received: unknown[] = [];
  const gateway = await startGateway((conversation, message) => {
    received.push(message);
    conversation.send({ type: 'done', full_response: 'a cat' });
  });
  const turn: Turn = { session: 's1', messages: [{ role: 'user', text, images }], origin: 'telegram' };
  const events: unknown[] = [];
  const never = new AbortController().signal;
  for await (const event of messages.connect(gateway.endpoint).send(turn, never)) events.push(event);
  gateway.close();
  expect(received).toEqual([{ type: 'message', content }]);
  expect(events).toEqual([{ kind: 'delta', text: 'a cat' }, { kind: 'done' }]);
});
