import { afterEach, describe, expect, it } from 'vitest';
import type { ChannelsApi } from './channels-api.ts';
import { createStage, token } from './testing.ts';

const stage = createStage();
afterEach(stage.close);

let asked: string[] = [];

const api: ChannelsApi = {
  list: () => [{ name: 'one' }],
  act: (channel, action, id) => {
    asked.push(`${action} ${channel} ${id}`);
    if (channel !== 'one')
      return { kind: 'refused', status: 404, code: 'unknown_channel', message: 'there is none' };
    return { kind: 'done', channel: { name: channel } };
  },
};

async function ask(
  path: string,
  init: RequestInit = {},
  given: ChannelsApi | undefined = api,
): Promise<readonly [number, unknown]> {
  asked = [];
  const port = await stage.front(undefined, { ports: { channels: () => given } });
  const answer = await fetch(`http://127.0.0.1:${port}/clawden/v1/channels${path}`, {
    headers: { authorization: `Bearer ${token}` },
    ...init,
  });
  const body = (await answer.json()) as { error?: { code: string } };
  return [answer.status, body.error?.code ?? body];
}

const post = (body?: string): RequestInit => ({ method: 'POST', ...(body === undefined ? {} : { body }) });

describe('/clawden/v1/channels', () => {
  it('lists the channels', async () => {
    expect(await ask('')).toEqual([200, { channels: [{ name: 'one' }] }]);
  });

  it.each([
    ['/one/allow', '{"id":"42"}', 'allow one 42'],
    ['/one/revoke', '{"id":"42"}', 'revoke one 42'],
    ['/one/reset', undefined, 'reset one '],
    ['/one/reset', '{}', 'reset one '],
  ])('does what POST %s %s says', async (path, body, words) => {
    expect(await ask(path, post(body))).toEqual([200, { channel: { name: 'one' } }]);
    expect(asked).toEqual([words]);
  });

  it('hands on why something is refused', async () => {
    expect(await ask('/two/reset', post())).toEqual([404, 'unknown_channel']);
  });

  it.each([
    '',
    '{',
    '{}',
    '42',
    'null',
    '{"id":42}',
    '{"id":""}',
    '{"id":["42"]}',
    `{"id":"${'x'.repeat(5000)}"}`,
  ])('does nothing for a body without an id: %.20j', async (body) => {
    expect(await ask('/one/allow', post(body))).toEqual([400, 'bad_request']);
    expect(asked).toEqual([]);
  });

  it.each([
    ['/one', 'POST', 404, 'not_found'],
    ['/one/', 'POST', 404, 'not_found'],
    ['/one/delete', 'POST', 404, 'not_found'],
    ['/one/allow/42', 'POST', 404, 'not_found'],
    ['/one/allow', 'GET', 405, 'method_not_allowed'],
    ['', 'POST', 405, 'method_not_allowed'],
  ])('%s by %s is nothing', async (path, method, status, code) => {
    expect(
      await ask(path, {
        ...post('{"id":"42"}'),
        method,
        body: method === 'GET' ? null : '{"id":"42"}',
        headers: { authorization: `Bearer ${token}` },
      }),
    ).toEqual([status, code]);
    expect(asked).toEqual([]);
  });

  it('needs the token', async () => {
    for (const path of ['', '/one/allow']) {
      expect(await ask(path, { ...post('{"id":"42"}'), headers: {} })).toEqual([401, 'invalid_token']);
    }
    expect(asked).toEqual([]);
  });
});
