import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

describe.each([
  {
    name: 'discord',
    bot: 'MTk4NjIyNDgzNDcxOTI1MjQ4.G.good=den_bot',
    more: ['--guild', '197038439483310086', '--message-content'],
    person: '80351110224678912',
    ask: (url: string) =>
      fetch(`${url}/api/v10/applications/@me`, {
        headers: { authorization: 'Bot MTk4NjIyNDgzNDcxOTI1MjQ4.G.good' },
      }),
    says: { id: '198622483471925248', name: 'den_bot', flags: 1 << 19 },
  },
  {
    name: 'slack',
    bot: 'xoxb-1-good,xapp-1-A01DEN-good=den_bot',
    more: [],
    person: 'U012AB3CD',
    ask: (url: string) =>
      fetch(`${url}/api/auth.test`, { method: 'POST', headers: { authorization: 'Bearer xoxb-1-good' } }),
    says: { ok: true, user: 'den_bot' },
  },
])('the program $name', ({ name, bot, more, person, ask, says }) => {
  test('knows its bots, is steered and read over HTTP, and ends on SIGTERM', async () => {
    const main = fileURLToPath(new URL('../testing/main.ts', import.meta.url));
    const child = spawn(process.execPath, ['--import', 'tsx', main, name, '--bot', bot, ...more]);
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    const url = `http://127.0.0.1:${(JSON.parse(line) as { port: number }).port}`;
    const fake = async (order: string, body?: object): Promise<unknown> => {
      const [method = '', path = ''] = order.split(' ');
      const init = body ? { method, body: JSON.stringify(body) } : { method };
      const response = await fetch(`${url}/_fake/${path}`, init);
      return { status: response.status, body: await response.json() };
    };

    expect(await (await ask(url)).json()).toMatchObject(says);
    await fake('POST fail', { method: '*', status: 502 });
    expect((await ask(url)).status).toBe(502);
    expect(await fake('POST inject', { from: person, text: 'hello' })).toMatchObject({ status: 200 });
    const data = Buffer.from([0, 255]).toString('base64');
    const many = [{ from: person, text: 'with a file', files: [{ name: 'a.bin', data }] }];
    expect(await fake('POST inject', { messages: many })).toMatchObject({ status: 200, body: [{}] });
    expect(await fake('GET connections')).toEqual({ status: 200, body: { open: 0, max: 0 } });
    expect(await fake('GET posted')).toEqual({ status: 200, body: [] });
    expect(await fake('GET next?timeout_ms=50')).toMatchObject({ status: 400 });
    expect(await fake('GET sideways')).toMatchObject({ status: 404 });
    await fake('POST reset');
    expect(JSON.stringify(await (await ask(url)).json())).toMatch(/401|invalid_auth/);

    child.kill('SIGTERM');
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).toBe(0);
  });
});
