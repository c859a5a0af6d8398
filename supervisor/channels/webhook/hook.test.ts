import { createHmac } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { closeStages, openStage, secret, serve, signed } from './testing.ts';

afterEach(closeStages);

const hello = { sender: 'ops', text: 'hello' };

const withFile = (base64: string) => JSON.stringify({ sender: 'ops', files: [{ name: 'a', base64 }] });

describe('a message', () => {
  test('that is signed as the page says is kept and answered in the response', async () => {
    const { host, post, reply, url } = await openStage();
    const body = '{"id":"1","sender":"ops","text":"hello","thread":"t"}';
    const seconds = Math.floor(Date.now() / 1000);
    const v1 = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
    const asked = post(body, `t=${seconds},v1=${v1}`);
    await host.texts(1);
    await reply('1', 'one', 'two');
    expect(await asked).toMatchObject({ status: 200, body: { id: '1', text: 'one\n\ntwo' } });
    expect(host.got).toEqual([
      {
        id: '1',
        to: { chat: 'ops', message: '1', thread: 't' },
        sender: { id: 'ops', name: 'ops' },
        direct: true,
        mentioned: true,
        text: 'hello',
        files: [],
      },
    ]);
    expect(url).toBeTruthy();
  });

  test('may name a conversation, and without an id gets one of its own', async () => {
    const { host, post } = await openStage({ url: await serve((_request, response) => response.end()) });
    const first = await post({ ...hello, chat: 'c' });
    expect(first.status).toBe(202);
    expect(host.got[0]).toMatchObject({ id: first.body['id'], to: { chat: 'c' } });
    expect(first.body['id']).toMatch(/^\d+\.[0-9a-f]{64}$/);
  });

  test('brings files along, and gets files back', async () => {
    const { host, channel, post } = await openStage();
    const files = [{ name: 'a.txt', type: 'text/plain', base64: Buffer.from('content').toString('base64') }];
    const asked = post({ id: '1', sender: 'ops', files });
    await host.texts(1);
    const [file] = host.got[0]?.files ?? [];
    expect(file).toMatchObject({ name: 'a.txt', mediaType: 'text/plain', size: 7 });
    const never = new AbortController().signal;
    if (!file) throw new Error('no file');
    expect((await channel.fetchFile(file, 7, never)).toString()).toBe('content');
    await expect(channel.fetchFile(file, 6, never)).rejects.toThrow('larger than 6 bytes');
    const to = { chat: 'ops', message: '1' };
    const part = { kind: 'file', name: 'b', mediaType: 'image/png', data: Buffer.from('x') } as const;
    await channel.send(to, part, 'k', never);
    channel.answered?.(to);
    expect((await asked).body).toEqual({
      id: '1',
      text: '',
      files: [{ name: 'b', type: 'image/png', base64: 'eA==' }],
    });
  });

  test('of an agent that has nothing to say is answered with nothing', async () => {
    const { host, post, reply } = await openStage();
    const asked = post({ ...hello, id: '1' });
    await host.texts(1);
    await reply('1');
    expect(await asked).toMatchObject({ status: 200, body: { text: '' } });
  });
});

describe('a request is refused, and told why,', () => {
  const body = JSON.stringify(hello);
  test.each([
    ['without a signature', body, null, 401, 'signature_missing'],
    ['with a signature of another secret', body, signed(body, 0, 'another'), 401, 'signature_wrong'],
    ['with a signature of another body', body, signed('{}'), 401, 'signature_wrong'],
    ['with a signature that is cut', body, signed(body).slice(0, -1), 401, 'signature_wrong'],
    ['with a time that was changed', body, signed(body).replace(/t=\d+/, 't=1'), 401, 'signature_wrong'],
    ['that is as GitHub signs', body, 'sha256=abc', 401, 'signature_malformed'],
    ['that is older than 5 minutes', body, signed(body, -302), 401, 'signature_expired'],
    ['that comes from the future', body, signed(body, 302), 401, 'signature_expired'],
    ['that is no JSON', 'hello', undefined, 400, 'bad_request'],
    ['that is no UTF-8', '"\ud800"', undefined, 400, 'bad_request'],
    ['that is a list', '[]', undefined, 400, 'bad_request'],
    ['of nobody', '{"text":"x"}', undefined, 400, 'bad_request'],
    ['of nobody by name', '{"sender":{"id":1},"text":"x"}', undefined, 400, 'bad_request'],
    ['that says nothing', '{"sender":"ops","text":" "}', undefined, 400, 'bad_request'],
    ['with a word too many', '{"sender":"ops","text":"x","txet":"y"}', undefined, 400, 'bad_request'],
    ['with a file that is none', withFile('!'), undefined, 400, 'bad_request'],
    ['with a file of a long nothing', withFile(`${' '.repeat(900_000)}!`), undefined, 400, 'bad_request'],
    ['with an id of two lines', '{"sender":"ops","text":"x","id":"a\\nb"}', undefined, 400, 'bad_request'],
  ])('%s', async (_what, text, header, status, code) => {
    const { host, post } = await openStage();
    const answer = await post(text, header);
    expect([answer.status, answer.body.error?.code]).toEqual([status, code]);
    expect(answer.body.error?.message).not.toContain(secret);
    expect(host.got).toEqual([]);
  });

  test.each([
    ['stranger', 403, 'sender_not_allowed', null],
    ['crowded', 429, 'too_many_waiting', '5'],
    ['ignored', 422, 'ignored', null],
    ['refused', 503, 'not_kept', '5'],
    ['repeated', 409, 'repeated', null],
  ] as const)('when the relay says: %s', async (receipt, status, code, retryAfter) => {
    const { host, post } = await openStage();
    host.says(receipt);
    const answer = await post(hello);
    expect([answer.status, answer.body.error?.code]).toEqual([status, code]);
    expect(answer.headers.get('retry-after')).toBe(retryAfter);
  });

  test('while no messages are taken', async () => {
    const { channel, post } = await openStage();
    await channel.release();
    expect(await post(hello)).toMatchObject({ status: 503, body: { error: { code: 'stopping' } } });
  });
});

describe('the same message once more', () => {
  test('in the very same request is refused, before its answer and after', async () => {
    const { host, post, reply } = await openStage();
    const body = JSON.stringify({ ...hello, id: '1' });
    const header = signed(body, -10);
    const first = post(body, header);
    await host.texts(1);
    expect((await post(body, header)).status).toBe(409);
    await reply('1', 'yes');
    expect((await first).status).toBe(200);
    expect(await post(body, header)).toMatchObject({ status: 409, body: { error: { code: 'repeated' } } });
    expect(host.got).toHaveLength(1);
  });

  test('signed anew waits for the same answer, and gets it again later', async () => {
    const { host, post, reply } = await openStage();
    const body = JSON.stringify({ ...hello, id: '1' });
    const asked = [post(body, signed(body, -3)), post(body, signed(body, -2))];
    await host.texts(1);
    await sleep(50);
    await reply('1', 'yes');
    for (const answer of await Promise.all(asked)) expect(answer.body).toEqual({ id: '1', text: 'yes' });
    expect((await post(body, signed(body, -1))).body).toEqual({ id: '1', text: 'yes' });
    expect(host.got).toHaveLength(1);
  });

  test('is not another message that has the same id', async () => {
    const { host, post } = await openStage();
    void post({ ...hello, id: '1' }).catch(() => undefined);
    await host.texts(1);
    expect(await post({ ...hello, text: 'other', id: '1' })).toMatchObject({
      status: 409,
      body: { error: { code: 'id_reused' } },
    });
  });

  test('whose answer came after a restart is answered to whoever asks then', async () => {
    const { post, reply } = await openStage();
    await reply('1', 'late');
    expect((await post({ ...hello, id: '1' })).body).toEqual({ id: '1', text: 'late' });
  });
});

describe('a client', () => {
  test('that waits long sees that somebody is there, and the answer is still JSON', async () => {
    const { host, url, reply } = await openStage();
    const body = JSON.stringify({ ...hello, id: '1' });
    const response = await fetch(url, {
      method: 'POST',
      body,
      headers: { 'x-clawden-signature': signed(body) },
    });
    await host.texts(1);
    await sleep(250);
    await reply('1', 'late');
    const text = await response.text();
    expect(text).toMatch(/^\n+\{/);
    expect(JSON.parse(text)).toEqual({ id: '1', text: 'late' });
  });

  test('that has hung up finds its answer by the id; that nobody waited is said', async () => {
    const { host, url, post, reply } = await openStage();
    const body = JSON.stringify({ ...hello, id: '1' });
    const headers = { 'x-clawden-signature': signed(body, -1) };
    const asked = httpRequest(url, { method: 'POST', headers }).on('error', () => undefined);
    asked.end(body);
    await host.texts(1);
    asked.destroy();
    await sleep(50);
    await reply('1', 'kept');
    expect(host.logged()).toMatch(/nobody waits/);
    expect(host.logged()).not.toMatch(/hello|kept"/);
    expect((await post(body)).body).toEqual({ id: '1', text: 'kept' });
  });

  test('that sends slower than is good is cut off, and told so', async () => {
    const { url, host } = await openStage();
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write('POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 50\r\n\r\n{');
    let got = '';
    socket.on('data', (chunk) => (got += chunk));
    const drip = setInterval(() => socket.write(' '), 50);
    await expect.poll(() => got).toMatch(/^HTTP\/1.1 408 [\s\S]*request_too_slow/);
    clearInterval(drip);
    socket.destroy();
    expect(host.got).toEqual([]);
  });

  test('may send 1 MiB and not a byte more', async () => {
    const { host, post } = await openStage();
    const text = 'x'.repeat(1024 * 1024 - JSON.stringify({ ...hello, text: '' }).length);
    void post({ ...hello, text }).catch(() => undefined);
    expect((await host.texts(1))[0]).toBe(text);
    expect(await post({ ...hello, text: `${text}x` })).toMatchObject({ status: 413 });
  });

  test('is not kept out by hundreds who send slowly, but by bodies for which there is no room', async () => {
    const { host, url, post } = await openStage();
    let got = '';
    const half = 'x'.repeat(700 * 1024);
    const begin = (body: string) => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1').on('error', () => undefined);
      socket.on('data', (chunk) => {
        got += chunk;
      });
      socket.write(`POST / HTTP/1.1\r\nhost: a\r\ncontent-length: ${1024 * 1024}\r\n\r\n${body}`);
      return socket;
    };
    const slow = Array.from({ length: 300 }, () => begin('x'));
    void post(hello).catch(() => undefined);
    await host.texts(1);
    const large = [begin(half), begin(half), begin(half)];
    await expect.poll(() => got).toMatch(/ 503 [\s\S]*"busy"/);
    for (const socket of [...slow, ...large]) socket.destroy();
    await expect.poll(async () => (await post('{}')).status).toBe(400);
  });
});
