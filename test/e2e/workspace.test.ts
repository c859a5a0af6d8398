import { chmodSync, chownSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quoted } from '../../host-cli/mounts.ts';
import { isRoot, type Prepared, prepareAs, projectOf, shellAs, somebody } from '../helpers/caller.ts';
import { hardening, startContainer, type TestContainer } from '../helpers/container.ts';
import { docker, until } from '../helpers/docker.ts';
import { runOnce } from '../helpers/run-once.ts';
import { bashAsRuntime } from '../helpers/shell-twin.ts';

const folders = '/home/clawden/state /run/clawden';
/** As an agent's programs write: files, a tree, a repository, an archive unpacked, a copy, a script, a link. */
const agentAtWork = `
  echo one >file; mkdir -p a/b/c; echo deep >a/b/c/file
  git init -q repo; echo x >repo/x; git -C repo -c user.name=a -c user.email=a@b.c add . ; git -C repo -c user.name=a -c user.email=a@b.c commit -qm x
  tar -cf t.tar a; mkdir out; tar -xf t.tar -C out; cp -r a copy
  printf '#!/bin/sh\\n' >script; chmod +x script; ln -s file link
  node -e 'fs.writeFileSync("n.json", "{}"); fs.mkdirSync("n/m", { recursive: true })'
  mkdir -p ~/.ssh; echo 'Host x' >~/.ssh/config
  echo over >finished`;

/** Starts with the words that the command would use. */
function started(prepared: Prepared): Promise<TestContainer> {
  return startContainer({ twin: {}, workspace: [...(prepared.mount ?? []), ...(prepared.user ?? [])] });
}

describe('a workspace that is a folder of somebody who is not root', () => {
  const project = projectOf(somebody);
  const workspace = join(project.path, 'workspace');
  const asCaller = (script: string): Promise<string> => shellAs(somebody, workspace, script);
  let container: TestContainer;
  beforeAll(async () => {
    const prepared = await prepareAs(somebody, project.request());
    expect(prepared.error).toBeUndefined();
    await asCaller(`printf %s ${quoted(JSON.stringify({ shell: agentAtWork }))} >twin.json`);
    container = await started(prepared);
    await container.ready();
    await until('the agent has finished', () => readFileSync(join(workspace, 'finished'), 'utf8'));
  });
  afterAll(async () => {
    await container[Symbol.asyncDispose]();
    project[Symbol.dispose]();
  });

  it('gets its files from uid 10000', () => {
    for (const file of ['finished', 'twin-starts.json', 'a/b/c/file'])
      expect(statSync(join(workspace, file))).toMatchObject({ uid: 10_000, gid: somebody.gid });
  });

  it('lets the caller read and change every file that was made inside, and put new ones beside them', async () => {
    const unreadable = await asCaller('find . ! -type l ! -readable');
    expect(unreadable).toBe('');
    // What git makes of a commit is read-only for its owner as well.
    expect(await asCaller('find . ! -type l ! -writable ! -path "*/objects/*"')).toBe('');
    expect(await asCaller('echo mine >>a/b/c/file && cat a/b/c/file && touch a/b/c/new && ./script')).toBe(
      'deep\nmine',
    );
  });

  it('lets the agent read what the caller puts there, and write where the caller lets the group', async () => {
    const made =
      'umask 022; echo x >plain; mkdir folder; umask 002; echo x >shared; mkdir open; echo x >open/file';
    expect(await asCaller(made)).toBe('');
    const agent = (script: string) => container.exec(['sh', '-c', `cd /home/clawden/workspace; ${script}`]);
    expect((await agent('cat plain; echo y >>shared; echo y >open/new; ls folder')).all).toBe('x');
    expect((await agent('echo y >>plain')).all).toContain('Permission denied');
    // Replaced, as editors and git do it.
    expect((await agent('cp plain p && mv -f p plain && rm shared')).all).toBe('');
  });

  it('opens nothing of what else the container keeps', async () => {
    const open = await container.exec([
      'sh',
      '-c',
      `find ${folders} -perm /077 ! -type l -printf '%m %p\\n'`,
    ]);
    expect(open.stdout.split('\n').sort()).toEqual([
      '1777 /home/clawden/state',
      '1777 /run/clawden',
      '644 /run/clawden/group',
      '664 /home/clawden/state/.ssh/config',
      '666 /run/clawden/clawden.sock',
      '775 /home/clawden/state/.ssh',
    ]);
    // The agent's own; ssh takes it all the same, its group being nobody else's.
    expect((await container.exec(['ssh', '-G', 'x'])).code).toBe(0);
    const relay =
      "for d in /proc/[0-9]*; do tr '\\0' ' ' <$d/cmdline | grep -q '/relay.cjs $' && echo $d; done";
    for (const folder of ['/proc/1', `$(${relay})`])
      expect((await container.exec(['sh', '-c', `grep Umask ${folder}/status`])).stdout).toContain('0022');
  });

  it('can be deleted as a whole', async () => {
    await container.stop();
    expect(await shellAs(somebody, project.path, 'rm -rf workspace')).toBe('');
    expect(() => statSync(workspace)).toThrow('ENOENT');
  });
});

describe('a program that runs once', () => {
  const shell = (script: string, run: readonly string[]) =>
    runOnce(['openclaw', '--', '-c', script], [...hardening, ...bashAsRuntime, ...run]);

  it('shares its files with the group of a shared workspace, and only there', async () => {
    using project = projectOf(somebody);
    const { mount = [], user = [] } = await prepareAs(somebody, project.request());
    expect((await shell('umask', [...mount, ...user])).stdout).toBe('0002');
    expect((await shell('umask', user)).stdout).toBe('0022');
  });

  it.runIf(isRoot)('does so by a supplementary group too, as Kubernetes gives one with fsGroup', async () => {
    using project = projectOf(somebody);
    chownSync(project.path, 0, 5555);
    chmodSync(project.path, 0o2775);
    const words = ['-v', `${project.path}:/home/clawden/workspace`, '--group-add', '5555'];
    expect((await shell('umask; id -Gn', words)).stdout).toBe('0002\nclawden clawden5555');
  });

  it('says what to type where the group was left out', async () => {
    using project = projectOf(somebody);
    const { mount = [], user = [] } = await prepareAs(somebody, project.request());
    await shellAs(somebody, project.path, 'chmod g-ws workspace');
    const refused = await shell('umask', [...mount, ...user]);
    expect(refused.code).toBe(73);
    const line = /→ (chmod .*) {3}\(FOLDER/.exec(refused.stderr)?.[1] ?? '';
    await shellAs(somebody, project.path, line.replace('FOLDER', 'workspace'));
    expect((await shell('umask', [...mount, ...user])).stdout).toBe('0002');
  });
});

describe.runIf(isRoot)('a workspace whose caller changes', () => {
  it('from root to the owner of the project keeps its files and its state', async () => {
    using project = projectOf(somebody);
    const state = `clawden-test-workspace-${process.pid}`;
    const script =
      'mkdir -p by/$WHO && echo $WHO >by/$WHO/file && cat by/*/file; echo $WHO >>~/who; cat ~/who';
    const run = async (uid: number, gid: number): Promise<string> => {
      const { mount = [], user = [] } = await prepareAs({ uid, gid }, project.request());
      const words = [...mount, ...user, '-v', `${state}:/home/clawden/state`, ...bashAsRuntime];
      const command = `cd /home/clawden/workspace; WHO=u${uid}; ${script}`;
      const { all, stdout } = await runOnce(['openclaw', '--', '-c', command], [...hardening, ...words]);
      return stdout || all;
    };
    try {
      expect(await run(0, 0)).toBe('u0\nu0');
      expect(await run(somebody.uid, somebody.gid)).toBe(`u0\nu${somebody.uid}\nu0\nu${somebody.uid}`);
      writeFileSync(join(project.path, 'workspace', 'of-root'), 'x', { mode: 0o644 });
      expect(await shellAs(somebody, project.path, 'cat workspace/of-root; rm -rf workspace')).toBe('x');
    } finally {
      await docker(['volume', 'rm', '-f', state]);
    }
  });
});
