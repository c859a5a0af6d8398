import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { openTransport, type Transport } from './agents.ts';
import { type ForwardLimits, forward } from './forward.ts';

const servers: { close: () => void }[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listen(listener: RequestListener): Promise<string> {
  const server: Server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  servers.push({ close });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Asks a provider through `forward` with short limits. */
async function ask(provider: string, limits: ForwardLimits, given?: Transport): Promise<Response> {
  const transport = given ?? (await openTransport('http:', {}));
  const upstream = { kind: 'http', baseUrl: `${provider}/v1`, dialect: 'openai' } as const;
  const door = await listen((request, response) =>
    forward(request, response, { upstream, transport, placeholder: 'p' }, limits),
  );
  return fetch(`${door}/v1/chat/completions`, { method: 'POST', body: '{}' });
}

test('a provider that takes the request and never answers is given up', async () => {
  let hungUp = false;
  const provider = await listen((_request, response) => response.on('close', () => (hungUp = true)));
  const answer = await ask(provider, { connect: 1_000, headers: 100, firstBytes: 100 });
  expect(answer.status).toBe(504);
  expect(await answer.json()).toMatchObject({ error: { code: 'provider_timeout' } });
  await expect.poll(() => hungUp).toBe(true);
});

test('the limit is for the headers: an answer may take as long as it takes', async () => {
  const provider = await listen((_request, response) => {
    response.write('{"a":');
    setTimeout(() => response.end('1}'), 250);
  });
  expect(await (await ask(provider, { connect: 1_000, headers: 100, firstBytes: 100 })).text()).toBe(
    '{"a":1}',
  );
});

test('a provider to which no connection comes to stand is given up', async () => {
  const transport = await openTransport('http:', {});
  // What a network that drops packets looks like: a socket that goes on connecting.
  transport.agent.createConnection = () => Object.assign(new Socket(), { connecting: true });
  const answer = await ask('http://192.0.2.1', { connect: 100, headers: 60_000, firstBytes: 100 }, transport);
  expect(answer.status).toBe(504);
  expect(await answer.text()).toContain('192.0.2.1 gave no connection in time');
});

test('the headers of a provider that thinks before its first word go on without it', async () => {
  const provider = await listen((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    setTimeout(() => response.end('data: {"late":true}\n\n'), 400);
  });
  const answer = await ask(provider, { connect: 1_000, headers: 5_000, firstBytes: 100 });
  expect(answer.status).toBe(200);
  expect(await answer.text()).toBe('data: {"late":true}\n\n');
});

test.each([
  ['a web page', 'text/html', '<html>log in</html>'],
  ['a stream of something else', 'text/event-stream', 'data: <html>\n\n'],
  ['nothing', 'application/json', ''],
])('a provider that answers %s with status 200 is told as such', async (_what, type, body) => {
  const provider = await listen((_request, response) => {
    response.writeHead(200, { 'content-type': type }).end(body);
  });
  const answer = await ask(provider, { connect: 1_000, headers: 5_000, firstBytes: 5_000 });
  expect(answer.status).toBe(502);
  expect(await answer.json()).toMatchObject({ error: { code: 'provider_unreadable' } });
});
