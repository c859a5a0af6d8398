import { chmodSync, chownSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ask, hardening, startContainer } from '../helpers/container.ts';
import { docker, image, type Outcome, scratch } from '../helpers/docker.ts';
import { runOnce } from '../helpers/run-once.ts';

const state = '/home/clawden/state';

/** A named volume that goes away with the test. */
async function volume(
  options: readonly string[] = [],
): Promise<{ readonly name: string; readonly [Symbol.asyncDispose]: () => Promise<void> }> {
  const name = `clawden-test-rights-${process.pid}-${Math.random().toString(36).slice(2, 8)}`;
  await docker(['volume', 'create', '--label', 'io.clawden.test=1', ...options, name]);
  return {
    name,
    [Symbol.asyncDispose]: async () => void (await docker(['volume', 'rm', '-f', name])),
  };
}

/** Runs one line of an error, as a person would: `IMAGE` replaced, and the words in brackets left out. */
function typed(line: string): Promise<Outcome> {
  const words = line.replace('IMAGE', image).trim().split(/\s+/);
  expect(words.shift()).toBe('docker');
  return docker(words);
}

function asRoot(name: string, script: string): Promise<Outcome> {
  const words = ['run', '--rm', '--user', '0', '--entrypoint', 'sh', '-v', `${name}:/volume`];
  return docker([...words, image, '-c', script]);
}

describe('a container with a read-only root, no capabilities and no new privileges', () => {
  it.each([
    { user: '10000:10000', name: 'clawden', group: 'clawden' },
    { user: '12345:54321', name: 'clawden12345', group: 'clawden54321' },
    // As OpenShift does it: a uid of its own, group 0.
    { user: '1000620000:0', name: 'clawden1000620000', group: 'root' },
  ])('works as $user, and everybody in it knows the user', async ({ user, name, group }) => {
    await using container = await startContainer({ twin: {}, user });
    await container.ready();
    const [uid, gid] = user.split(':');
    const told = await container.exec(['sh', '-c', 'whoami; id -un; id -gn; id -u; id -g']);
    expect(told.stdout.split('\n')).toEqual([name, name, group, uid, gid]);
    const node = await container.exec(['node', '-p', 'JSON.stringify(os.userInfo())']);
    expect(JSON.parse(node.stdout)).toMatchObject({
      username: name,
      uid: Number(uid),
      gid: Number(gid),
      homedir: state,
      shell: '/bin/bash',
    });
    const status = (await container.exec(['cat', '/proc/1/status'])).stdout;
    expect(status).toMatch(/^CapEff:\t0+$/m);
    expect(status).toMatch(/^CapBnd:\t0+$/m);
    expect(status).toMatch(/^NoNewPrivs:\t1$/m);
    // Written by the runtime itself at its start.
    expect(statSync(join(container.workspace, 'twin-starts.json')).uid).toBe(Number(uid));
    expect((await container.exec(['touch', '/opt/clawden/x'])).stderr).toContain('Read-only file system');
    expect(await ask(container, 'who is there')).toContain('who is there');
  });

  it('runs the real OpenClaw as 12345:54321, which answers', async () => {
    await using container = await startContainer({ user: '12345:54321' });
    await container.ready(240_000);
    expect(await ask(container, 'hello from an unusual uid')).toContain('hello from an unusual uid');
    expect((await container.exec(['whoami'])).stdout).toBe('clawden12345');
  });
});

describe('a plain docker run without any hardening', () => {
  it('works as well', async () => {
    await using container = await startContainer({ twin: {}, hardened: false });
    await container.ready();
    expect(await ask(container, 'plain')).toContain('plain');
    expect((await container.exec(['sh', '-c', 'whoami; find / -xdev -perm /6000 -type f'])).stdout).toBe(
      'clawden',
    );
  });

  it('as root is refused with 78 and the word to remove', async () => {
    const { code, stderr } = await runOnce(['openclaw'], ['--user', '0']);
    expect(code).toBe(78);
    expect(stderr).toContain('remove --user 0');
  });
});

describe('a volume that cannot be written', () => {
  it.each(['10000:10000', '12345:54321'])(
    'because root owns it is refused with 73 for %s, and the line of the error mends it',
    async (user) => {
      await using state1 = await volume();
      await asRoot(state1.name, 'chown 0:0 /volume && chmod 0755 /volume && touch /volume/old');
      const mount = ['-v', `${state1.name}:${state}`];
      const refused = await runOnce(['openclaw'], [...hardening, ...mount, '--user', user]);
      expect(refused.code).toBe(73);
      expect(refused.stderr).toContain(`${state} is not writable for ${user} (EACCES)`);
      const line = /→ (docker run .* chown .*)$/m.exec(refused.stderr)?.[1] ?? '';
      expect(line).toBe(
        `docker run --rm --user 0 --entrypoint chown -v ${state1.name}:/volume IMAGE -R ${user} /volume`,
      );
      expect((await typed(line)).code).toBe(0);
      await using container = await startContainer({ twin: {}, user, run: mount });
      expect((await container.ready()).status).toBe('ready');
    },
  );

  it('because another user owns the folder is refused with 73, and the --user of the error mends it', async () => {
    using folder = scratch();
    const mine = join(folder.path, 'state');
    mkdirSync(mine);
    chmodSync(folder.path, 0o755);
    chownSync(mine, 7777, 8888);
    const mount = ['-v', `${mine}:${state}`];
    const refused = await runOnce(['openclaw'], [...hardening, ...mount]);
    expect(refused.code).toBe(73);
    expect(refused.stderr).toContain('VOLUME is what you mounted at /home/clawden/state');
    const user = /docker run --user (\S+)/.exec(refused.stderr)?.[1] ?? '';
    expect(user).toBe('7777:8888');
    await using container = await startContainer({ twin: {}, user, run: mount });
    expect((await container.ready()).status).toBe('ready');
  });

  it('because it is full is refused with 73 and the figures', async () => {
    const tmpfs = ['--driver', 'local', '--opt', 'type=tmpfs', '--opt', 'device=tmpfs'];
    await using full = await volume([...tmpfs, '--opt', 'o=size=8m,mode=1777']);
    // A tmpfs volume lives as long as somebody has it mounted.
    const filler = ['run', '-d', '--rm', '--label', 'io.clawden.test=1', '-v', `${full.name}:/volume`];
    const script = 'dd if=/dev/zero of=/volume/rubbish bs=64k 2>/dev/null; exec sleep 600';
    const holder = await docker([...filler, '--entrypoint', 'sh', image, '-c', script]);
    try {
      for (const [path, needed] of [
        [state, 32],
        ['/home/clawden/workspace', 1],
      ] as const) {
        const { code, stderr } = await runOnce(['openclaw'], [...hardening, '-v', `${full.name}:${path}`]);
        expect(stderr).toContain(`${path} has 0 MB free, ${needed} MB are needed`);
        expect(code).toBe(73);
      }
    } finally {
      await docker(['rm', '-f', holder.stdout.trim()]);
    }
  });

  it('because it is mounted read-only is refused with 73', async () => {
    await using readOnly = await volume();
    const mount = ['-v', `${readOnly.name}:${state}:ro`];
    const { code, stderr } = await runOnce(['openclaw'], [...hardening, ...mount]);
    expect(code).toBe(73);
    expect(stderr).toContain(`mount ${state} without :ro`);
  });
});

describe('a read-only root without its scratch space', () => {
  it('is refused with 73, both places at once, and the --tmpfs of the error mends it', async () => {
    const refused = await runOnce(['openclaw'], ['--read-only']);
    expect(refused.code).toBe(73);
    const flags = [...refused.stderr.matchAll(/→ docker run (--tmpfs) (\S+) …/g)].flatMap((match) => [
      match[1] ?? '',
      match[2] ?? '',
    ]);
    expect(flags).toEqual(['--tmpfs', '/run/clawden:mode=1777', '--tmpfs', '/tmp:mode=1777']);
    await using container = await startContainer({
      twin: {},
      hardened: false,
      run: ['--read-only', ...flags],
    });
    expect((await container.ready()).status).toBe('ready');
  });
});
