import { expect, test } from 'vitest';
import { answerSecrets } from './secrets.ts';

const secrets = { 'telegram/token': '7000001:canary', other: 'not asked for' };
const request = (ids: unknown): string => JSON.stringify({ protocolVersion: 1, provider: 'clawden', ids });

const textOf = (ids: unknown): string => answerSecrets(request(ids), secrets)?.text ?? '';

test('only the ids that are asked for are answered', () => {
  expect(JSON.parse(textOf(['telegram/token']))).toEqual({
    protocolVersion: 1,
    values: { 'telegram/token': '7000001:canary' },
    errors: {},
  });
  expect(answerSecrets(request(['telegram/token', 'none']), secrets)?.given).toEqual(['telegram/token']);
  expect(answerSecrets(request(['none']), secrets)?.given).toEqual([]);
});

test.each(['nobody/has', '__proto__', 'constructor', ''])(
  'the id "%s" is an error, beside the good ones',
  (id) => {
    const answer = textOf(['telegram/token', id]);
    expect(answer).not.toContain('not asked for');
    const { values, errors } = JSON.parse(answer) as Record<string, Record<string, unknown>>;
    expect(values).toEqual({ 'telegram/token': '7000001:canary' });
    expect(Object.entries(errors ?? {})).toEqual([[id, { code: 'NOT_FOUND' }]]);
  },
);

test.each(['', '{', 'null', '[]', '7', request([]), request('telegram/token'), request([1]), '{"ids":{}}'])(
  'the request %s is not understood',
  (text) => {
    expect(answerSecrets(text, secrets)).toBeUndefined();
  },
);
