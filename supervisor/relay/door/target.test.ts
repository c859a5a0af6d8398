import { describe, expect, test } from 'vitest';
import { requestHeaders, responseHeaders, targetUrl } from './target.ts';

describe('where a request goes', () => {
  test.each([
    [
      'https://api.openai.com/v1',
      'openai',
      '/v1/chat/completions',
      'https://api.openai.com/v1/chat/completions',
    ],
    ['https://api.openai.com/v1/', 'openai', '/v1/models', 'https://api.openai.com/v1/models'],
    [
      'https://openrouter.ai/api/v1',
      'openai',
      '/v1/models?a=1&b=%20',
      'https://openrouter.ai/api/v1/models?a=1&b=%20',
    ],
    [
      'https://g.example/v1beta/openai',
      'openai',
      '/v1/chat/completions',
      'https://g.example/v1beta/openai/chat/completions',
    ],
    ['http://localhost:11434/v1', 'openai', '/v1/embeddings', 'http://localhost:11434/v1/embeddings'],
    ['https://api.anthropic.com', 'anthropic', '/v1/messages', 'https://api.anthropic.com/v1/messages'],
    [
      'https://proxy.example/claude/',
      'anthropic',
      '/v1/messages?beta=true',
      'https://proxy.example/claude/v1/messages?beta=true',
    ],
  ] as const)('%s (%s) %s', (base, dialect, asked, expected) => {
    expect(targetUrl(base, dialect, asked)?.href).toBe(expected);
  });

  test.each([
    '/',
    '//',
    'http://',
    '',
    '/v1',
    '/admin',
    '/v1/../admin',
    '/v1/%2e%2e/admin',
    '/v1/x/../../admin',
    'http://evil.example/admin',
  ])('%s goes nowhere', (asked) =>
    expect(targetUrl('https://api.example/v1', 'openai', asked)).toBeUndefined(),
  );

  test('a request cannot choose another host', () => {
    expect(targetUrl('https://api.example/v1', 'openai', 'http://evil.example/v1/models')?.host).toBe(
      'api.example',
    );
    expect(
      targetUrl('https://api.example/v1', 'openai', '//evil.example/v1/models')?.host ?? 'none',
    ).not.toBe('evil.example');
  });
});

describe('headers to the provider', () => {
  const raw = [
    'Host',
    'x',
    'Authorization',
    'Bearer placeholder',
    'X-Api-Key',
    'placeholder',
    'X-Copy',
    'my placeholder',
  ];
  const openai = { host: 'api.example', dialect: 'openai', apiKey: 'real' } as const;

  test('the placeholder is gone, wherever it stood, and the real key is there', () => {
    expect(requestHeaders(raw, openai, 'placeholder')).toEqual({
      host: 'api.example',
      authorization: 'Bearer real',
    });
    expect(requestHeaders(raw, { ...openai, dialect: 'anthropic' }, 'placeholder')).toEqual({
      host: 'api.example',
      'x-api-key': 'real',
    });
  });

  test('a keyless provider gets no key', () => {
    expect(requestHeaders(raw, { host: 'h', dialect: 'openai' }, 'placeholder')).toEqual({ host: 'h' });
  });

  test('Anthropic version and betas stay, repeated headers too', () => {
    const asked = ['anthropic-version', '2023-06-01', 'anthropic-beta', 'a', 'Anthropic-Beta', 'b'];
    expect(requestHeaders(asked, { ...openai, dialect: 'anthropic' }, 'p')).toMatchObject({
      'anthropic-version': '2023-06-01',
      'anthropic-beta': ['a', 'b'],
    });
  });

  test('headers of the hop stay on the hop, also those that Connection names', () => {
    const asked = [
      'Connection',
      'keep-alive, X-Hop',
      'X-Hop',
      '1',
      'Keep-Alive',
      '5',
      'TE',
      'trailers',
      'Transfer-Encoding',
      'chunked',
      'Proxy-Authorization',
      'x',
      'X-End',
      '2',
    ];
    expect(requestHeaders(asked, openai, 'p')).toEqual({
      host: 'api.example',
      authorization: 'Bearer real',
      'x-end': '2',
    });
  });
});

test('the answer keeps its headers but for the hop and a repeated key', () => {
  const raw = [
    'Retry-After',
    '7',
    'Set-Cookie',
    'a',
    'Set-Cookie',
    'b',
    'Connection',
    'close',
    'X-Debug',
    'Bearer real',
  ];
  expect(responseHeaders(raw, 'real')).toEqual({ 'retry-after': '7', 'set-cookie': ['a', 'b'] });
});
