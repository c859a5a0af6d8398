import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ModelServer, startModelServer } from '../fakes/model-server.ts';
import { type FakeTelegram, startTelegram } from '../fakes/telegram/server.ts';
import {
  abort,
  forgePairing,
  lookAround,
  openclaw,
  plantDotenv,
  plantedToken,
  plantToken,
  resolveParams,
  tracing,
} from '../helpers/agent-attacks.ts';
import { ask, startContainer, type TestContainer, testToken } from '../helpers/container.ts';
import { docker, type Outcome, until } from '../helpers/docker.ts';
import { inhabitants, listeningPorts } from '../helpers/inside.ts';
import {
  canaries,
  customProvider,
  everywhere,
  heldIn,
  scanFiles,
  scanProcesses,
} from '../helpers/secret-search.ts';

/** What /proc says of a process whose program its user cannot read. */
const closed = Object.fromEntries(
  ['environ', 'maps', 'mem', 'fd', 'cwd', 'exe'].map((file) => [file, 'EACCES']),
);

const resolveCall = ['gateway', 'call', 'secrets.resolve', '--params', resolveParams];

describe('the secrets of a container with the real OpenClaw', () => {
  let model: ModelServer;
  let telegram: FakeTelegram;
  let container: TestContainer;

  beforeAll(async () => {
    model = await startModelServer({ host: '0.0.0.0' });
    model.always({ kind: 'text', text: 'all is well' });
    telegram = await startTelegram({ host: '0.0.0.0' });
    telegram.addBot({ token: canaries['bot token'], username: 'canary_bot' });
    const host = 'http://host.docker.internal';
    container = await startContainer({
      env: {
        ...customProvider(`${host}:${model.port}/v1`),
        CLAWDEN_API_KEY: canaries['model key'],
        TELEGRAM_BOT_TOKEN: canaries['bot token'],
        TELEGRAM_ALLOW_FROM: '7',
        TELEGRAM_API_ROOT: `${host}:${telegram.port}`,
      },
      // A node that everybody may read, for the control.
      run: ['-v', `${process.execPath}:/opt/readable-node:ro`],
    });
    await container.ready(240_000);
  });

  afterAll(async () => {
    await container?.[Symbol.asyncDispose]();
    await telegram?.close();
    await model?.close();
  });

  it('do their work: the model gets its key, Telegram its token, and both answer', async () => {
    expect(await ask(container, 'hello')).toBe('all is well');
    expect(model.requests.at(-1)?.headers['authorization']).toBe(`Bearer ${canaries['model key']}`);
    telegram.inject({ from: 7, text: 'hello by telegram' });
    const reply = await telegram.nextSent({ chat: 7, timeoutMs: 60_000 });
    expect(reply.text).toContain('all is well');
  });

  it('cannot be read from any process, health probes, `clawden exec` and a node by docker exec included', async () => {
    const scan = scanProcesses(container.id, canaries, 15);
    for (let round = 0; round < 10; round += 1) {
      await container.exec(['/opt/clawden/bin/enter', '/opt/clawden/bin/health']);
      await container.exec(['node', '-e', 'setTimeout(() => {}, 300)']);
    }
    const { found, seen } = await scan;
    expect(found).toEqual([]);
    for (const part of ['supervisor.cjs', 'relay.cjs', 'openclaw', '/opt/clawden/bin/health', 'node -e']) {
      const one = Object.keys(seen).find((command) => command.includes(part));
      expect(seen[one ?? part], part).toMatchObject(closed);
    }
  });

  it('could be read from a node that its user may read: this search can fail', async () => {
    const control = { control: 'canary-control-51d0', ours: 'canary-ours-88ae' };
    const idle = ['-e', 'setTimeout(() => {}, 10_000)'];
    await docker([
      'exec',
      '-d',
      container.id,
      'env',
      '-i',
      `PROBE=${control.control}`,
      '/opt/readable-node',
      ...idle,
    ]);
    await docker([
      'exec',
      '-d',
      container.id,
      'env',
      '-i',
      `PROBE=${control.ours}`,
      '/usr/local/bin/node',
      ...idle,
    ]);
    const { found, seen } = await scanProcesses(container.id, control, 3);
    expect(found).toContain(`control in environ of /opt/readable-node ${idle.join(' ')}`);
    expect(found.filter((line) => line.startsWith('ours'))).toEqual([]);
    // Opened, and nothing lies at address 0.
    expect(seen[`/opt/readable-node ${idle.join(' ')}`]).toMatchObject({
      environ: 'readable',
      maps: 'readable',
      mem: 'EIO',
      fd: 'readable',
      cwd: 'readable',
      exe: 'readable',
    });
  });

  it('could be taken by a debugger or from a core file of such a node, and cannot of ours', async () => {
    const attach = (program: string): Promise<Outcome> =>
      container.exec(['/usr/local/bin/node', '-e', tracing, program]);
    expect((await attach('/opt/readable-node')).stdout).toBe('attached');
    expect((await attach('/usr/local/bin/node')).stdout).toBe('EPERM');
    const left = async (program: string): Promise<string> =>
      (await container.exec(['sh', '-c', abort(program)])).stdout;
    const { stdout: pattern } = await container.exec(['cat', '/proc/sys/kernel/core_pattern']);
    // Else the host takes core files, and nobody in the container sees them.
    if (/^[\w.%]+$/.test(pattern)) expect(await left('/opt/readable-node')).not.toBe('');
    expect(await left('/usr/local/bin/node')).toBe('');
    // Inherited by all that these start; what comes by docker exec has the engine's limit.
    for (const pid of [1, await container.runtimePid()]) {
      const limits = await container.exec(['cat', `/proc/${pid}/limits`]);
      expect(limits.stdout, String(pid)).toMatch(/^Max core file size +0 /m);
    }
  });

  it('can be read from a shell that somebody opens by docker exec, for as long as it runs', async () => {
    await docker(['exec', '-d', container.id, 'sleep', '5']);
    const { found } = await scanProcesses(container.id, canaries, 2);
    expect(found).toEqual(Object.keys(canaries).map((name) => `${name} in environ of sleep 5`));
    // Without the secrets it is harmless.
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    const empty = ['CLAWDEN_API_KEY', 'TELEGRAM_BOT_TOKEN', 'CLAWDEN_TOKEN'].flatMap((name) => [
      '-e',
      `${name}=`,
    ]);
    await docker(['exec', '-d', ...empty, container.id, 'sleep', '6']);
    const scan = await scanProcesses(container.id, canaries, 2);
    expect(scan.seen['sleep 6']?.['environ']).toBe('readable');
    expect(scan.found).toEqual([]);
  });

  it('are out of the reach of the agent’s own shell', async () => {
    const look = join(container.workspace, 'look.sh');
    const view = join(container.workspace, 'view.txt');
    writeFileSync(look, lookAround);
    model.respond({
      kind: 'tool',
      name: 'exec',
      arguments: { command: 'sh /home/clawden/workspace/look.sh' },
    });
    await ask(container, 'look around');
    const told = JSON.stringify(model.requests.at(-1)?.body);
    expect(told).toContain('looked');
    const text = readFileSync(view, 'utf8');
    rmSync(view);
    expect(heldIn(text, canaries)).toEqual([]);
    expect(text).not.toContain('OPENCLAW_GATEWAY_TOKEN=');
    expect(text.match(/secret door: refused: closed/g)).toHaveLength(2);
    expect(text).toContain('gateway.auth.token is configured as a secret reference but is unavailable');
    const metrics = await (await container.get('/metrics')).text();
    expect(metrics).toMatch(/^clawden_secrets_given_total 1$/m);
    expect(Number(/^clawden_secrets_refused_total (\d+)$/m.exec(metrics)?.[1])).toBeGreaterThanOrEqual(2);
    // Worth nothing outside the container; docs/security.md says what it opens inside.
    expect(text).toMatch(/^CLAWDEN_MODEL_KEY=door-[\w-]{32}$/m);
    expect(heldIn(told, canaries)).toEqual([]);
  });

  it('stay out of its reach when it writes a token of its own into the rendered configuration', async () => {
    expect(await container.exec(['node', '-e', plantToken], '10000:10000')).toMatchObject({ code: 0 });
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    const { all } = await openclaw(container, [...resolveCall, '--token', plantedToken]);
    expect(all).toContain('unauthorized');
    expect(heldIn(all, canaries)).toEqual([]);
  });

  it('are not in what the container says of itself after the runtime was killed, nor in any process or file', async () => {
    // Read by the gateway at its start, were they still there.
    await container.exec(['sh', '-c', plantDotenv], '10000:10000');
    const pid = await container.runtimePid();
    await container.signal(pid, 'KILL');
    // The whole start, while the door is open too.
    const scan = scanProcesses(container.id, canaries, 15);
    await until('its end', async () =>
      (await container.health()).runtime?.restarts === 1 ? true : undefined,
    );
    await container.ready(240_000);
    expect((await scan).found).toEqual([]);
    telegram.inject({ from: 7, text: 'hello again' });
    await telegram.nextSent({ chat: 7, text: 'all is well', timeoutMs: 60_000 });
    model.respond({
      kind: 'tool',
      name: 'exec',
      arguments: { command: 'env | grep -c PLANTED; echo looked' },
    });
    await ask(container, 'look for what was planted');
    expect(JSON.stringify(model.requests.at(-1)?.body)).toContain('0\\nlooked');
    const shown = '{{json .Config.Labels}} {{json .Config.Healthcheck}} {{json .State.Health}}';
    const bearer = { authorization: `Bearer ${testToken}` };
    const told = [
      await container.logs(),
      await (await container.get('/clawden/v1/status', bearer)).text(),
      await (await container.get('/health')).text(),
      await (await container.get('/metrics')).text(),
      (await docker(['inspect', '-f', `{{json .Config.Cmd}} ${shown}`, container.id])).stdout,
      (await docker(['top', container.id, '-eo', 'pid,args'])).stdout,
    ];
    expect(told.map((text) => heldIn(text, canaries))).toEqual(told.map(() => []));
    const postMortem = await container.exec(['sh', '-c', 'cat /home/clawden/state/.clawden/post-mortem/*']);
    expect(postMortem.stdout).toContain('"class": "crash"');
    expect(existsSync(join(container.workspace, 'view.txt'))).toBe(false);
    expect(await scanFiles(container.id, canaries, everywhere)).toEqual([]);
    // The search can find: the same words in a file of the workspace.
    writeFileSync(join(container.workspace, 'note'), Buffer.from(canaries['model key']).toString('base64'));
    expect(await scanFiles(container.id, canaries, everywhere)).toEqual(['/home/clawden/workspace/note']);
  });

  it('can be had, the bot token, by an agent that forges a pairing in the database of its gateway', async () => {
    const forged = await container.exec(['node', '-e', forgePairing], '10000:10000');
    const { all } = await openclaw(container, resolveCall, forged.stdout.trim());
    expect(heldIn(all, canaries)).toEqual(['bot token']);
  });

  it('stay closed when somebody sends SIGUSR1 to every process and KILL to PID 1', async () => {
    const before = await listeningPorts(container.id);
    const processes = await inhabitants(container.id);
    for (const { pid } of processes) await container.signal(pid, 'USR1');
    await container.signal(1, 'KILL');
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(await listeningPorts(container.id)).toEqual(before);
    expect((await container.ready(10_000)).runtime?.restarts).toBe(1);
  });
});
