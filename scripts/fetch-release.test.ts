import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';

const content = 'a release';
const sum = createHash('sha256').update(content).digest('hex');
let folder = '';
let server: Server;
let asked = 0;
let status = 200;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'clawden-fetch-'));
  mkdirSync(join(folder, 'vendor'));
  asked = 0;
  status = 200;
  server = createServer((_request, response) => {
    asked += 1;
    response.writeHead(status).end(content);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

const out = (): string => join(folder, 'out');
interface Taken {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

async function take(sha256: string, env: Record<string, string> = {}): Promise<Taken> {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/program.tar.gz`;
  const words = ['--runtime', 'someclaw', '--url', url, '--sha256', sha256];
  const places = ['--vendor', join(folder, 'vendor'), '--out', out()];
  const script = new URL('fetch-release.mjs', import.meta.url).pathname;
  const { exitCode, stdout, stderr } = await execa(process.execPath, [script, ...words, ...places], {
    reject: false,
    env,
  });
  return { exitCode, stdout, stderr };
}

test('a release is taken when its sum is the pinned one', async () => {
  expect((await take(sum)).exitCode).toBe(0);
  expect(readFileSync(out(), 'utf8')).toBe(content);
});

test('a file that lies there by hand is taken without the network, by the same sum', async () => {
  writeFileSync(join(folder, 'vendor', 'program.tar.gz'), content);
  expect((await take(sum)).exitCode).toBe(0);
  expect(asked).toBe(0);
  writeFileSync(join(folder, 'vendor', 'program.tar.gz'), 'something else');
  expect(await take(sum)).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('runtimes/someclaw/vendor/program.tar.gz is not the release') as string,
  });
});

test('another file than the pinned one is refused and not kept', async () => {
  const wrong = 'f'.repeat(64);
  const result = await take(wrong);
  expect(result.exitCode).toBe(1);
  expect(result.stderr).toContain(`its SHA-256 is ${sum}, and ${wrong} was expected`);
  expect(existsSync(out())).toBe(false);
});

test('without a known sum it is taken only where a person allows it, and its sum is told', async () => {
  expect(await take('')).toMatchObject({ exitCode: 1 });
  expect(asked).toBe(0);
  const allowed = await take('', { ALLOW_UNPINNED: 'other,someclaw' });
  expect(allowed).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining(`unchecked: ${sum}`) as string,
  });
});

test('a failed download names host, file and the place to put it by hand', async () => {
  status = 404;
  const { exitCode, stderr } = await take(sum);
  expect(exitCode).toBe(1);
  expect(asked).toBe(3);
  expect(stderr).toContain('cannot download program.tar.gz from 127.0.0.1');
  expect(stderr).toContain('HTTP 404');
  expect(stderr).toContain('runtimes/someclaw/vendor/program.tar.gz');
});
