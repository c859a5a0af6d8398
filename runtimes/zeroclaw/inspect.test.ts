import { expect, test } from 'vitest';
import type { JsonObject } from '../contract.ts';
import { inspect } from './inspect.ts';
import { schema } from './testing.ts';

const inspected = (native: JsonObject, references = []) =>
  inspect(native, (name) => (name === 'schema.json' ? schema : undefined), references);

test.each([
  [{ gatewya: { port: 1 } }, 'gatewya', 'unknown key "gatewya" (did you mean "gateway"?)'],
  [{ gateway: { hots: 'x' } }, 'gateway.hots', '"host"'],
  [{ gateway: { tls: { cert_pth: 'x' } } }, 'gateway.tls.cert_pth', '"cert_path"'],
  [{ providers: { models: { costum: { a: {} } } } }, 'providers.models.costum', '"custom"'],
  [
    { providers: { models: { custom: { a: { modle: 'x' } } } } },
    'providers.models.custom.a.modle',
    '"model"',
  ],
  [{ risk_profiles: { clawden: { levle: 'full' } } }, 'risk_profiles.clawden.levle', '"level"'],
  [{ mcp: { servers: [{ name: 'a' }, { comand: 'x' }] } }, 'mcp.servers[1].comand', '"command"'],
  [{ cron: { j: { schedule: { kind: 'every', evry_ms: 1 } } } }, 'cron.j.schedule.evry_ms', '"every_ms"'],
  [{ memory: { __proto_: 1, zzzzzzzz: 1 } }, 'memory.__proto_', 'unknown key "__proto_",'],
  [{ memory: null }, 'memory', 'TOML has no such value'],
  [{ mcp: { servers: [null] } }, 'mcp.servers[0]', 'TOML has no such value'],
] as readonly [JsonObject, string, string][])('%j is refused at %s', (native, path, words) => {
  const [first] = inspected(native);
  expect(first?.path).toBe(path);
  expect(first?.message).toContain(words);
});

test('keys that are there pass, and so does all below a key of which the schema says nothing', () => {
  expect(
    inspected({
      gateway: { port: 1, tls: { enabled: true } },
      providers: {
        models: {
          custom: { any: { model: 'm', extra_headers: { 'X-A': 'b' }, provider_extra: { a: { b: 1 } } } },
        },
      },
      cron: { j: { schedule: { kind: 'cron', expr: '* * * * *' } } },
      memory: { search_mode: 'bm25' },
    }),
  ).toEqual([]);
});

test('without native keys no schema is read, and with them a missing one is said', () => {
  const read = () => {
    throw new Error('read');
  };
  expect(inspect({}, read)).toEqual([]);
  expect(inspect({ gateway: {} }, () => undefined)).toMatchObject([
    { path: '', message: expect.stringContaining('build the image anew') },
  ]);
});

test('a secret that only the file could bring is refused, others are not', () => {
  const secret = { variable: 'KEY', secret: true };
  const native = {
    mcp: { servers: [{ name: 'a', env: { TOKEN: 'x' } }] },
    web_search: { brave_api_key: 'x' },
    reliability: { api_keys: ['x'] },
    providers: { models: { custom: { 'my-own': { model: 'x' } } } },
  };
  const references = [
    { path: ['mcp', 'servers', 0, 'env', 'TOKEN'], ...secret },
    { path: ['mcp', 'servers', 0, 'name'], variable: 'NAME', secret: false },
    { path: ['web_search', 'brave_api_key'], ...secret },
    { path: ['reliability', 'api_keys', 0], ...secret },
    { path: ['providers', 'models', 'custom', 'my-own', 'model'], ...secret },
  ];
  const issues = inspect(native, () => schema, references);
  expect(issues.map(({ path }) => path)).toEqual([
    'mcp.servers[0].env.TOKEN',
    'providers.models.custom.my-own.model',
  ]);
  expect(issues[0]?.message).toContain('$KEY');
});
