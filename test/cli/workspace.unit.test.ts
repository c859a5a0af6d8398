import {
  chmodSync,
  chownSync,
  lchownSync,
  mkdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isRoot, prepareAs, projectOf, somebody, typedBySudo } from '../helpers/caller.ts';

const rights = (path: string): string => {
  const { mode, uid, gid } = statSync(path);
  return `${(mode & 0o7777).toString(8)} ${uid}:${gid}`;
};
const { uid, gid } = somebody;

describe('the workspace of whoever types the command', () => {
  it('is made, with the group of the caller for caller and agent', async () => {
    using project = projectOf(somebody);
    const { mount, user } = await prepareAs(somebody, project.request());
    const path = join(project.path, 'workspace');
    expect(rights(path)).toBe(`2775 ${uid}:${gid}`);
    const source = `"source=${path.replaceAll('"', '""')}"`;
    expect(mount).toEqual(['--mount', `type=bind,${source},target=/home/clawden/workspace`]);
    expect(user).toEqual(['--user', `10000:${gid}`]);
    expect(await prepareAs(somebody, project.request())).toEqual({ mount, user });
  });

  it('lies beside those of other instances', async () => {
    using project = projectOf(somebody);
    for (const instance of ['one', 'two']) {
      await prepareAs(somebody, project.request({ alone: false, instance }));
      expect(rights(join(project.path, 'workspace', instance))).toBe(`2775 ${uid}:${gid}`);
    }
  });

  it('may exist already: the group is let in, and nobody else is', async () => {
    using project = projectOf(somebody);
    const path = join(project.path, 'workspace');
    mkdirSync(path, { mode: 0o700 });
    if (isRoot) chownSync(path, uid, gid);
    await prepareAs(somebody, project.request());
    expect(rights(path)).toBe(`2770 ${uid}:${gid}`);
  });

  it('is not made where a file, a link or a folder without rights is, and the line to type is said', async () => {
    using project = projectOf(somebody);
    const path = join(project.path, 'workspace');
    writeFileSync(path, '');
    const file = await prepareAs(somebody, project.request());
    expect(file.error).toMatchObject({ code: 'workspace-not-folder', exit: 73 });
    expect(file.error?.fix).toBe(`mv '${path}' '${path}'.old`);
    const below = await prepareAs(somebody, project.request({ alone: false }));
    expect(below.error?.message).toContain(`${path} is no folder`);
    rmSync(path);
    symlinkSync(project.path, path);
    const link = await prepareAs(somebody, project.request({ written: 'workspace' }));
    expect(link.error?.code).toBe('workspace-refused');
    rmSync(path);
    mkdirSync(join(project.path, 'elsewhere'));
    symlinkSync('elsewhere', path);
    const other = await prepareAs(somebody, project.request());
    expect(other.error).toMatchObject({ code: 'workspace-is-link', exit: 73 });
    expect(other.error?.fix).toContain(`workspace: ${project.path}/elsewhere`);
    rmSync(path);
    mkdirSync(path);
    if (isRoot) chownSync(path, uid, gid);
    chmodSync(path, 0o555);
    const closed = await prepareAs(somebody, project.request());
    expect(closed.error).toMatchObject({ code: 'workspace-read-only', fix: `chmod u+rwx '${path}'` });
  });

  it('needs no rights in a virtual machine, is group 0 for a rootless engine, and cannot be had under userns-remap', async () => {
    using project = projectOf(somebody);
    const { mount, user } = await prepareAs(somebody, project.request({ mapping: 'virtual' }));
    expect(mount?.[0]).toBe('--mount');
    expect(user).toEqual([]);
    const rootless = await prepareAs(somebody, project.request({ mapping: 'rootless' }));
    expect(rootless.user).toEqual(['--user', '10000:0']);
    expect(rights(join(project.path, 'workspace'))).toBe(`2775 ${uid}:${gid}`);
    const remapped = await prepareAs(somebody, project.request({ mapping: 'remapped' }));
    expect(remapped.error).toMatchObject({ code: 'workspace-remapped', exit: 69 });
  });
});

describe.runIf(isRoot)('a workspace and several users', () => {
  const root = { uid: 0, gid: 0 };

  it('of root is for the image’s own group, and never for group 0', async () => {
    using project = projectOf(root);
    const { user } = await prepareAs(root, project.request());
    expect(user).toEqual(['--user', '10000:10000']);
    expect(rights(join(project.path, 'workspace'))).toBe('2775 0:10000');
  });

  it('that root makes in somebody’s project is somebody’s', async () => {
    using project = projectOf(somebody);
    const first = await prepareAs(root, project.request({ alone: false }));
    expect(first.user).toEqual(['--user', `10000:${gid}`]);
    for (const folder of ['workspace', 'workspace/openclaw'])
      expect(rights(join(project.path, folder))).toMatch(new RegExp(`^2?7[57]5 ${uid}:${gid}$`));
    expect(await prepareAs(somebody, project.request({ alone: false }))).toEqual(first);
  });

  it('that the engine made as root is let in by root, and then somebody may use it too', async () => {
    using project = projectOf(somebody);
    const path = join(project.path, 'workspace');
    mkdirSync(path, { mode: 0o755 });
    const refused = await prepareAs(somebody, project.request());
    expect(refused.error).toMatchObject({ code: 'workspace-foreign', exit: 73 });
    expect(refused.error?.message).toContain('belongs to root');
    const first = await prepareAs(root, project.request());
    expect(rights(path)).toBe(`2775 0:${gid}`);
    expect(await prepareAs(somebody, project.request())).toEqual(first);
  });

  it('of another user is refused with the line that mends it', async () => {
    using project = projectOf(somebody);
    const path = join(project.path, 'workspace');
    mkdirSync(path);
    chownSync(path, 7777, 8888);
    const { error } = await prepareAs(somebody, project.request());
    expect(error?.message).toContain('uid 7777, gid 8888');
    await typedBySudo(somebody, '/', error?.fix ?? '');
    expect((await prepareAs(somebody, project.request())).user).toEqual(['--user', `10000:${gid}`]);
    expect(rights(path)).toBe(`2775 ${uid}:${gid}`);
  });

  it('that a team shares stays the team’s', async () => {
    using project = projectOf(somebody);
    const path = join(project.path, 'workspace');
    mkdirSync(path);
    chownSync(path, 7777, 8888);
    chmodSync(path, 0o2775);
    const member = { ...somebody, groups: [8888] };
    expect((await prepareAs(member, project.request())).user).toEqual(['--user', '10000:8888']);
    expect((await prepareAs(somebody, project.request())).error?.code).toBe('workspace-foreign');
  });

  it('whose group is none of the caller’s gets one that is', async () => {
    using project = projectOf(somebody);
    const path = join(project.path, 'workspace');
    mkdirSync(path);
    chownSync(path, uid, 8888);
    await prepareAs(somebody, project.request());
    expect(rights(path)).toBe(`2775 ${uid}:${gid}`);
  });

  it('is not made behind a link that an agent left, but behind one of the caller’s', async () => {
    using project = projectOf(somebody);
    const [base, treasure] = ['workspace', 'treasure'].map((name) => join(project.path, name));
    for (const path of [base, treasure] as string[]) {
      mkdirSync(path);
      chownSync(path, uid, gid);
    }
    const link = join(base as string, 'way');
    symlinkSync(treasure as string, link);
    lchownSync(link, 10_000, gid);
    const request = project.request({ written: 'workspace/way/in' });
    expect((await prepareAs(somebody, request)).error).toMatchObject({ code: 'workspace-planted-link' });
    lchownSync(link, uid, gid);
    expect((await prepareAs(somebody, request)).user).toEqual(['--user', `10000:${gid}`]);
  });

  it('that cannot be made says so', async () => {
    using project = projectOf(root);
    const { error } = await prepareAs(somebody, project.request());
    expect(error?.message).toContain('cannot be made (EACCES)');
    await typedBySudo(somebody, '/', error?.fix ?? '');
    expect((await prepareAs(somebody, project.request())).user).toEqual(['--user', `10000:${gid}`]);
  });
});
