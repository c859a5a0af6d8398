import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hardening, startContainer, type TestContainer } from '../helpers/container.ts';
import { docker, image, until } from '../helpers/docker.ts';
import { runOnce } from '../helpers/run-once.ts';

const state = '/home/clawden/state';

/** As the agent does it: with the container's own user. */
async function plant(container: TestContainer, script: string): Promise<void> {
  expect(await container.exec(['sh', '-ec', script])).toMatchObject({ code: 0 });
}

async function restarted(container: TestContainer): Promise<void> {
  await container.signal(await container.runtimePid(), 'KILL');
  await until('the restart', async () => (await container.health()).runtime?.restarts === 1 || undefined);
  await container.ready();
}

describe('what an agent plants where PID 1 writes', () => {
  it('is not followed at the next start: symlinks, folders, a script of its own, files that are too open', async () => {
    await using container = await startContainer({ twin: {} });
    await container.ready();
    // Twenty-five reports: PID 1 keeps the newest twenty of what it takes for its post-mortems.
    const precious = join(container.workspace, 'precious');
    mkdirSync(precious);
    chmodSync(precious, 0o777);
    const names = Array.from({ length: 25 }, (_, index) => `report-${10 + index}.json`);
    for (const name of names) writeFileSync(join(precious, name), 'precious');
    await plant(
      container,
      `cd ${state}/.clawden; rm -rf post-mortem; ln -s /home/clawden/workspace/precious post-mortem
       cd /run/clawden/openclaw; ln -sf /home/clawden/workspace/precious/report-10.json openclaw.json
       ln -s /home/clawden/workspace/precious/report-11.json openclaw.json.1.tmp
       cd ${state}/openclaw; rm -f secret-door; mkdir secret-door; touch secret-door/x
       ln -s /home/clawden/workspace/precious/report-12.json secret-door.1.tmp
       printf '#!/bin/sh\\nexec /opt/clawden/bin/door "$0" | tee /home/clawden/workspace/loot' >evil; chmod 777 evil
       rm /run/clawden/door.sock; mkdir /run/clawden/door.sock; echo LD_PRELOAD=/tmp/evil.so >.env`,
    );
    await restarted(container);
    expect(readdirSync(precious).sort()).toEqual(names);
    for (const name of names) expect(readFileSync(join(precious, name), 'utf8')).toBe('precious');
    expect(existsSync(join(container.workspace, 'loot'))).toBe(false);
    const ours = [
      `${state}/.clawden`,
      `${state}/.clawden/post-mortem`,
      `${state}/openclaw`,
      `${state}/openclaw/secret-door`,
      '/run/clawden/openclaw',
      '/run/clawden/openclaw/openclaw.json',
      '/run/clawden/door.sock',
    ];
    const modes = await container.exec(['stat', '-c', '%F %a', ...ours]);
    expect(modes.stdout.split('\n')).toEqual([
      'directory 700',
      'directory 700',
      'directory 700',
      'regular file 500',
      'directory 700',
      'regular file 600',
      'socket 600',
    ]);
    expect((await container.exec(['ls', '-A', `${state}/openclaw`])).stdout).not.toContain('.env');
    expect(await (await container.get('/metrics')).text()).toContain('clawden_secrets_given_total 2\n');
  });

  it('gets it no secret while the runtime serves, whatever it starts', async () => {
    await using container = await startContainer({ twin: {} });
    await container.ready();
    const request = `{"protocolVersion":1,"provider":"clawden","ids":["gateway/token"]}`;
    for (const way of [`exec ${state}/openclaw/secret-door`, `exec /opt/clawden/bin/door x`]) {
      const { code, all } = await container.exec(['sh', '-c', `echo '${request}' | (${way})`]);
      expect([code, all]).toEqual([1, 'secret door: refused: closed']);
    }
    const metrics = await (await container.get('/metrics')).text();
    expect(metrics).toMatch(/^clawden_secrets_given_total 1$/m);
    expect(metrics).toMatch(/^clawden_secrets_refused_total 2$/m);
    const refusals = (await container.logs()).split('\n').filter((line) => line.includes('refused somebody'));
    expect(refusals).toHaveLength(1);
    expect(JSON.parse(refusals[0] ?? '')).toMatchObject({ level: 'warn', reason: 'closed' });
  });

  it('in the place of the runtime’s own folder refuses the next start with 73, and the line of the error mends it', async () => {
    const name = `clawden-test-planted-${process.pid}`;
    const mount = ['-v', `${name}:${state}`];
    try {
      await docker(['volume', 'create', '--label', 'io.clawden.test=1', name]);
      const link = `ln -s /home/clawden/workspace ${state}/openclaw`;
      await docker(['run', '--rm', ...mount, '--entrypoint', 'sh', image, '-c', link]);
      const { code, stderr } = await runOnce(['openclaw'], [...hardening, ...mount]);
      expect(stderr).toContain(`${state}/openclaw is a symbolic link`);
      expect(code).toBe(73);
      const line = /→ remove the link: docker (run .*)$/m.exec(stderr)?.[1] ?? '';
      const words = line.replace('VOLUME', name).replace('IMAGE', image).split(' ');
      expect(await docker(words)).toMatchObject({ code: 0 });
      await using container = await startContainer({ twin: {}, run: mount });
      expect((await container.ready()).status).toBe('ready');
    } finally {
      await docker(['volume', 'rm', '-f', name]);
    }
  });
});

describe('the runtime’s own program, run once', () => {
  it('gets its secrets as the gateway does, each once', async () => {
    await using container = await startContainer({
      twin: {},
      args: ['openclaw', '--', 'secrets'],
      env: { CLAWDEN_PROVIDER: 'echo', TELEGRAM_BOT_TOKEN: '4711001:canary', TELEGRAM_ALLOW_FROM: '7' },
    });
    expect(await container.exitCode()).toBe(0);
    const logs = await container.logs();
    expect(logs).toContain('[["gateway/token","channels/telegram/token"],[]]');
    expect(logs).toContain('"reason":"closed"');
  });
});

describe('a state volume on which nothing may be executed', () => {
  it('is refused with 73, and the --tmpfs of the error mends it', async () => {
    const refused = await runOnce(['openclaw'], [...hardening, '--tmpfs', `${state}:mode=1777`]);
    expect(refused.stderr).toContain(`${state} is mounted noexec`);
    expect(refused.code).toBe(73);
    const option = /--tmpfs (\S+exec,mode=1777)/.exec(refused.stderr)?.[1] ?? '';
    await using container = await startContainer({ twin: {}, run: ['--tmpfs', option] });
    expect((await container.ready()).status).toBe('ready');
  });
});
