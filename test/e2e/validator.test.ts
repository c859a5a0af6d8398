import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Rendered, RenderInput } from '../../runtimes/contract.ts';
import { judge } from '../../runtimes/openclaw/judge.ts';
import { render } from '../../runtimes/openclaw/render.ts';
import { telegram } from '../../runtimes/openclaw/testing.ts';
import { type Outcome, scratch } from '../helpers/docker.ts';
import { caseInput, type Judged, judgeAll } from '../helpers/real-validator.ts';
import { runOnce } from '../helpers/run-once.ts';

// Every provider, channel field and log level is a case of the conformance suite; here is what only OpenClaw has.
const shapes: Readonly<Record<string, Partial<RenderInput>>> = {
  'anthropic-openai': { door: { dialect: 'openai', baseUrl: 'http://127.0.0.1:4001/v1', key: 'door-key' } },
  'anthropic-telegram': {
    door: { dialect: 'anthropic', baseUrl: 'http://127.0.0.1:4001', key: 'door-key' },
    channels: [telegram({ allowFrom: ['4242', '5555'] })],
  },
  'small-memory': { memoryLimit: 1536 * 1024 * 1024 },
  'native-keys': {
    native: {
      session: { dmScope: 'per-peer' },
      tools: { deny: ['browser'] },
      agents: { defaults: { heartbeat: { every: '2h' } } },
      plugins: { allow: ['memory-core'] },
      hooks: { enabled: true, path: '/hooks', token: 'value-from-a-variable' },
    },
    references: [{ path: ['hooks', 'token'], variable: 'HOOK_TOKEN', secret: true }],
  },
};

describe('what we render for OpenClaw', () => {
  let judged: Readonly<Record<string, Judged>> = {};
  const rendered: Readonly<Record<string, Rendered>> = Object.fromEntries(
    Object.entries(shapes).map(([name, changes]) => [name, render(caseInput(name, changes))]),
  );
  beforeAll(async () => {
    const wrong = render(caseInput('wrong', { native: { session: { dmScope: 'nonsense' } } }));
    judged = await judgeAll({ ...rendered, wrong });
  });

  it.each(Object.keys(shapes))('is accepted by its validator: %s', (name) => {
    const outcome = judged[name];
    expect(outcome && judge(outcome)).toEqual({ kind: 'valid', warnings: [] });
  });

  it('is what the validator looked at: a wrong value beside it is refused', () => {
    expect(judged['wrong']?.code).toBe(1);
    expect(judged['wrong'] && judge(judged['wrong'])).toMatchObject({
      kind: 'invalid',
      issues: [{ path: 'session.dmScope' }],
    });
  });
});

describe('a clawden.yaml with native keys', () => {
  const folder = scratch();
  afterAll(() => folder[Symbol.dispose]());

  async function start(yaml: string, args: readonly string[] = []): Promise<Outcome & { seconds: number }> {
    chmodSync(folder.path, 0o755);
    const file = join(folder.path, 'clawden.yaml');
    writeFileSync(file, yaml);
    const began = performance.now();
    const outcome = await runOnce(args, ['-v', `${file}:/etc/clawden/clawden.yaml:ro`]);
    return { ...outcome, seconds: (performance.now() - began) / 1000 };
  }

  it('that OpenClaw would refuse is refused before the start, with its words and the line', async () => {
    const yaml = `runtime: openclaw
provider: echo
config:
  session:
    dmScope: nonsense
  messages:
    bogusKey: 1
`;
    const outcome = await start(yaml);
    expect(outcome.code).toBe(78);
    expect(outcome.all).toContain(
      'clawden.yaml:5:14  OpenClaw\'s own validator refuses session.dmScope: Invalid option: expected one of "main"',
    );
    expect(outcome.all).toContain('OpenClaw\'s own validator refuses messages: Unrecognized key: "bogusKey"');
    expect(outcome.all).toMatch(/clawden\.yaml:6:\d+ {2}OpenClaw's own validator refuses messages/);
    // No loop: the runtime was never started, and the container is over.
    expect(outcome.all).not.toContain('starting the runtime');
    expect(outcome.seconds).toBeLessThan(30);
  });

  it('that the supervisor decides is refused with the key to write instead', async () => {
    const yaml = `runtime: openclaw
provider: echo
config:
  gateway:
    port: 1234
    auth: { mode: none }
  channels: { telegram: { dmPolicy: open } }
`;
    const outcome = await start(yaml);
    expect(outcome.code).toBe(78);
    expect(outcome.all).toContain('clawden.yaml:5:5  config.gateway.port is decided by the supervisor');
    expect(outcome.all).toContain('write config: { port: … } for the public port');
    expect(outcome.all).toContain('config.gateway.auth is decided by the supervisor');
    expect(outcome.all).toContain('set CLAWDEN_TOKEN');
    expect(outcome.all).toContain('config.channels is decided by the supervisor');
    expect(outcome.all).not.toContain('starting the runtime');
    expect(outcome.seconds).toBeLessThan(30);
  });

  it('that is right reaches OpenClaw as written', async () => {
    const yaml = `runtime: openclaw
provider: echo
config:
  session:
    dmScope: per-peer
`;
    const outcome = await start(yaml, ['openclaw', '--', 'config', 'get', 'session.dmScope']);
    expect(outcome).toMatchObject({ code: 0, stdout: 'per-peer' });
  });
});

describe('OpenClaw’s own program, run once in the image', () => {
  it('finds what was rendered valid, prints it on stdout alone and ends with 0', async () => {
    const outcome = await runOnce(['openclaw', '--', 'config', 'validate', '--json']);
    expect(JSON.parse(outcome.stdout)).toMatchObject({
      valid: true,
      path: '/run/clawden/openclaw/openclaw.json',
    });
    expect(outcome.code).toBe(0);
  });

  it('gives its own exit code for words that it does not know', async () => {
    const outcome = await runOnce(['openclaw', '--', 'nonsense']);
    expect(outcome.code).toBe(1);
    expect(outcome.all).toContain('OpenClaw does not know the command');
  });
});
