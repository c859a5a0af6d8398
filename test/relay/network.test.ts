import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { selfSigned } from '../fakes/model/certificate.ts';
import { ask, cleanup, relayTo, stage } from './door-stage.ts';

function fileOf(content: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'clawden-ca-')), 'ca.pem');
  writeFileSync(file, content);
  cleanup.push(() => rmSync(dirname(file), { recursive: true }));
  return file;
}

describe('the door and TLS', () => {
  const certificate = selfSigned(['127.0.0.1']);

  test.each(['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE'])('trusts an authority named in %s', async (name) => {
    const file = fileOf(certificate.cert);
    const { ask } = await stage('openai', { tls: certificate }, { [name]: file });
    expect((await ask()).status).toBe(200);
  });

  test('trusts nobody else, and says how to', async () => {
    const { ask, model } = await stage('openai', { tls: certificate });
    const answer = await ask();
    expect(answer.status).toBe(502);
    expect(await answer.text()).toMatch(/SELF_SIGNED.*NODE_EXTRA_CA_CERTS/);
    expect(model.requests).toHaveLength(0);
  });
});

describe('the door and a proxy', () => {
  test('goes through HTTPS_PROXY with a tunnel, so that the proxy cannot read', async () => {
    const certificate = selfSigned(['127.0.0.1']);
    const file = fileOf(certificate.cert);
    const tunnels: string[] = [];
    const proxy = createServer().listen(0, '127.0.0.1');
    proxy.on('connect', (request, socket) => {
      tunnels.push(request.url ?? '');
      const [host, port] = (request.url ?? '').split(':');
      const onward = connect(Number(port), host, () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        onward.pipe(socket).pipe(onward);
      });
      onward.on('error', () => socket.destroy());
      socket.on('error', () => onward.destroy());
    });
    await once(proxy, 'listening');
    cleanup.push(() => proxy.close());
    const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const environment = { HTTPS_PROXY: address, NODE_EXTRA_CA_CERTS: file };
    const { ask, model } = await stage('openai', { tls: certificate }, environment);
    expect((await ask()).status).toBe(200);
    expect(tunnels).toEqual([`127.0.0.1:${model.port}`]);
  });

  test('leaves out what NO_PROXY names, and only that', async () => {
    const environment = { HTTP_PROXY: 'http://127.0.0.1:1' };
    const through = await stage('openai', {}, environment);
    expect((await through.ask()).status).toBe(502);
    const around = await stage('openai', {}, { ...environment, NO_PROXY: '127.0.0.1' });
    expect((await around.ask()).status).toBe(200);
  });
});

test('a pause longer than the life of an idle connection does not end an answer', async () => {
  const { model, ask } = await stage('openai');
  model.respond({ kind: 'text', text: 'late', delay_ms: 5_000 });
  expect(await (await ask()).text()).toContain('late');
});

test('an answer that is no HTTP is a clear error', async () => {
  const server = createTcpServer((socket) => socket.end('SSH-2.0-nonsense\r\n')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanup.push(() => server.close());
  const relay = await relayTo('openai', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const answer = await ask(relay, 'openai');
  expect(answer.status).toBe(502);
  expect(await answer.json()).toMatchObject({ error: { code: 'provider_unreachable' } });
});

test('odd paths neither leave /v1 nor hurt the relay', async () => {
  const { model, relay } = await stage('openai');
  for (const path of ['//', 'http://', '/v1/../secret', '/v1/%2e%2e/secret', '/\u007f', '*']) {
    const socket = connect(relay.setup.door.port, '127.0.0.1');
    socket.write(
      `GET ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer placeholder-key\r\nConnection: close\r\n\r\n`,
    );
    let text = '';
    for await (const chunk of socket) text += chunk;
    expect(text).toMatch(/^HTTP\/1\.1 (400|404) /);
  }
  expect(model.requests).toHaveLength(0);
  expect(relay.child.exitCode).toBe(null);
});
