import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../runtimes/contract.ts';
import { judgeAnswer, type ProbeResult, probe } from './probe.ts';

const key = fc.constantFrom(
  'status',
  'components',
  'ok',
  '__proto__',
  'constructor',
  'toString',
  'length',
  '0',
  '',
);
const leaf = fc.oneof(
  fc.constantFrom<Json>('started', 'ok', true, false, null, 0, -0, 1e308, 2 ** 53),
  fc.string({ maxLength: 4 }),
);
const { object } = fc.letrec<{ any: Json; object: JsonObject }>((tie) => ({
  any: fc.oneof({ maxDepth: 4 }, leaf, fc.array(tie('any'), { maxLength: 3 }), tie('object')),
  // as JSON.parse makes it: a key __proto__ is a key
  object: fc
    .array(fc.tuple(key, tie('any')), { maxLength: 4 })
    .map((entries) => Object.fromEntries(entries) as JsonObject),
}));

/** What a descriptor expects: objects down to plain values. */
const expected = fc.letrec<{ any: Json; object: JsonObject }>((tie) => ({
  any: fc.oneof({ maxDepth: 3 }, leaf, tie('object')),
  object: fc
    .array(fc.tuple(key, tie('any')), { maxLength: 3 })
    .map((entries) => Object.fromEntries(entries) as JsonObject),
})).object;

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The plain values of an object with the keys that lead to them; an empty object counts as one. */
function leaves(value: Json, path: string): string[] {
  if (!isObject(value)) return [`${path} ${JSON.stringify(value)}`];
  const below = Object.entries(value).flatMap(([name, inner]) =>
    leaves(inner, `${path}/${JSON.stringify(name)}`),
  );
  return [`${path} {}`, ...below];
}

/** `more` laid under what is expected, so that the body holds it. */
function laidUnder(wanted: Json, more: Json): Json {
  if (!isObject(wanted) || !isObject(more)) return wanted;
  const merged = new Map(Object.entries(more));
  for (const [name, value] of Object.entries(wanted))
    merged.set(name, laidUnder(value, merged.get(name) ?? null));
  return Object.fromEntries(merged) as JsonObject;
}

test('a body is healthy exactly when status is 200 and all that is expected stands in it', () => {
  fc.assert(
    fc.property(object, expected, fc.constantFrom(200, 200, 204, 301, 404, 503), (body, wanted, status) => {
      const text = JSON.stringify(body);
      const has = new Set(leaves(JSON.parse(text) as Json, ''));
      const holds = leaves(wanted, '').every((one) => has.has(one));
      expect(judgeAnswer(status, text, wanted).kind).toBe(status === 200 && holds ? 'healthy' : 'unhealthy');
    }),
    { numRuns: 1500 },
  );
});

test('what else a body says does not matter', () => {
  fc.assert(
    fc.property(object, expected, (more, wanted) => {
      const text = JSON.stringify(laidUnder(wanted, more));
      expect(judgeAnswer(200, text, wanted).kind).toBe('healthy');
    }),
    { numRuns: 1000 },
  );
});

test('any text, cut anywhere and nested however deep, is an answer and never an exception', () => {
  const deep = fc
    .tuple(fc.constantFrom('[', '{"a":', '{"status":'), fc.nat(9_000))
    .map(([open, times]) => open.repeat(times));
  const cut = fc.tuple(object, fc.nat(60)).map(([body, at]) => JSON.stringify(body).slice(0, at));
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    cut,
    deep,
    fc.constantFrom('1e99999', '"\\ud800"', '\ufeff{}'),
  );
  fc.assert(
    fc.property(text, fc.integer(), expected, (given, status, wanted) => {
      expect(['healthy', 'unhealthy']).toContain(judgeAnswer(status, given, wanted).kind);
    }),
    { numRuns: 500 },
  );
});

let server: Server;
let answer: (socket: Socket) => void = () => {};
const sockets = new Set<Socket>();

beforeAll(async () => {
  server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    socket.once('data', () => answer(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  for (const socket of sockets) socket.destroy();
  server.close();
});

function ask(parts: readonly Uint8Array[], timeout: number): Promise<ProbeResult> {
  answer = (socket) => {
    for (const part of parts) socket.write(part);
    socket.end();
  };
  const { port } = server.address() as AddressInfo;
  return probe({ port, path: '/health', timeout, expect: { status: 'started' } });
}

test('whatever bytes a runtime sends, and wherever it stops, the probe has a result', async () => {
  const status = fc.constantFrom(
    '200 OK',
    '204 No Content',
    '100 Continue',
    '101 Switching Protocols',
    '999 X',
    'abc',
    '',
  );
  const header = fc.constantFrom(
    'content-length: 5',
    'content-length: 99999',
    'content-length: -1',
    'transfer-encoding: chunked',
    'content-encoding: gzip',
    'connection: upgrade',
    'upgrade: websocket',
    `x-long: ${'y'.repeat(20_000)}`,
    'broken',
  );
  const body = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc
      .constantFrom('{"status":"started"}', '5\r\nhello\r\n0\r\n\r\n', 'zz\r\n', '{"status":')
      .map((text) => Buffer.from(text)),
  );
  const message = fc
    .tuple(status, fc.array(header, { maxLength: 3 }), body, fc.nat(400))
    .map(([line, headers, content, keep]) => {
      const whole = Buffer.concat([
        Buffer.from(`HTTP/1.1 ${line}\r\n${headers.map((one) => `${one}\r\n`).join('')}\r\n`),
        content,
      ]);
      return keep > 300 ? whole : whole.subarray(0, keep);
    });
  const told = '{"status":"started"}';
  await fc.assert(
    fc.asyncProperty(fc.oneof(message, fc.uint8Array({ maxLength: 60 })), async (bytes) => {
      const result = await ask([bytes], 5_000);
      expect(['healthy', 'unhealthy', 'silent']).toContain(result.kind);
      if (result.kind === 'healthy') {
        expect(Buffer.from(bytes).toString('latin1')).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
        expect(Buffer.from(bytes).toString('latin1')).toContain(told);
      }
    }),
    { numRuns: 250 },
  );
});
