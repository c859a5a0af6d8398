import { describe, expect, test } from 'vitest';
import { readable } from './readable.ts';

describe('what a provider sends with status 200', () => {
  test.each([
    ['application/json', '{"choices":[]}'],
    ['application/json; charset=utf-8', '\n  {"choices"'],
    ['', '[1,'],
    ['text/event-stream', 'data: {"choices":[]}\n\n'],
    ['text/event-stream; charset=utf-8', 'data: [DONE]\n\n'],
    ['text/event-stream', 'data:{"a":1}\r\n\r\n'],
    ['text/event-stream', 'event: message_start\ndata: {'],
    ['text/event-stream', ': OPENROUTER PROCESSING\n\n'],
    ['text/event-stream', 'data: {"choices":[{"delta"'],
    ['text/event-stream', 'da'],
  ])('is taken for an answer: %s %j', (type, start) => {
    expect(readable(type, start)).toBe(true);
  });

  test.each([
    ['text/html', '<html>log in</html>'],
    ['application/json', '<html>log in</html>'],
    ['application/json', ''],
    ['text/event-stream', 'data: {"choices":[{"del\n\n<html>'],
    ['text/event-stream', '<!doctype html>\n'],
    ['text/event-stream', '{"choices":[]}'],
    ['text/event-stream', 'data: hello\n\n'],
  ])('is no answer: %s %j', (type, start) => {
    expect(readable(type, start)).toBe(false);
  });
});
