import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { areNested, type WorkspacePlace, workspacePath } from './workspace-path.ts';

const place: WorkspacePlace = {
  instance: 'second',
  alone: true,
  written: undefined,
  projectDirectory: '/home/ann/agents',
  fileDirectory: '/home/ann/files',
  home: '/home/ann',
};
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'clawden-path-')));
afterAll(() => rmSync(folder, { recursive: true }));

describe('where the workspace of an instance is', () => {
  it('is beside clawden.yaml, with a folder for each instance where there are several', () => {
    expect(workspacePath(place)).toBe('/home/ann/agents/workspace');
    expect(workspacePath({ ...place, alone: false })).toBe('/home/ann/agents/workspace/second');
  });

  it('is beside the usual one when it was named on the command line', () => {
    expect(workspacePath({ ...place, named: true })).toBe('/home/ann/agents/workspace-second');
  });

  it.each([
    ['./data/', '/home/ann/files/data'],
    ['../other place', '/home/ann/other place'],
    ['~/work', '/home/ann/work'],
    ['/srv/agents/one', '/srv/agents/one'],
    ['/usr/src/app', '/usr/src/app'],
    ['/run/media/ann/stick', '/run/media/ann/stick'],
    ['~bob', '/home/ann/files/~bob'],
  ])('is %s as it is written, from the folder of the file', (written, path) => {
    expect(workspacePath({ ...place, written })).toBe(path);
  });
});

describe('a folder that no agent may have', () => {
  it.each([
    ['/', 'the whole machine'],
    ['../../..', 'the whole machine'],
    ['/etc', 'a folder of the system'],
    ['/etc/cron.d', 'a folder of the system'],
    ['/usr/local/bin', 'a folder of the system'],
    ['/home', 'the files of everybody'],
    ['/tmp', 'the files of everybody'],
    ['~', 'your home lies in it'],
    ['~/', 'your home lies in it'],
    ['~/.clawden/tools', 'given to every agent'],
    ['.', 'clawden.yaml and .env lie in it'],
    ['../agents', 'clawden.yaml and .env lie in it'],
    ['.clawden', "the project's token"],
    ['../agents/.clawden/x', "the project's token"],
  ])('%s is refused with the reason and a better one', (written, reason) => {
    expect(() => workspacePath({ ...place, written })).toThrow(
      expect.objectContaining({
        code: 'workspace-refused',
        exit: 78,
        message: expect.stringContaining(reason),
        fix: 'workspace: ./workspace',
      }),
    );
  });

  it('is found out behind a symlink, also when the home is behind one', () => {
    mkdirSync(join(folder, 'disk/ann'), { recursive: true });
    symlinkSync(join(folder, 'disk'), join(folder, 'homes'));
    symlinkSync('/etc', join(folder, 'innocent'));
    const home = join(folder, 'homes/ann');
    for (const written of [join(folder, 'innocent/new'), join(folder, 'disk/ann')])
      expect(() => workspacePath({ ...place, home, written })).toThrow('cannot be a workspace');
    expect(workspacePath({ ...place, home, written: join(folder, 'disk/ann/new') })).toContain('ann/new');
  });
});

it('two folders lie in each other also where a link leads', () => {
  mkdirSync(join(folder, 'around', 'inner'), { recursive: true });
  symlinkSync(join(folder, 'around'), join(folder, 'way'));
  const at = (name: string): string => join(folder, name);
  expect(areNested(at('around'), at('way/inner'))).toBe(true);
  expect(areNested(at('way/inner'), at('around'))).toBe(true);
  expect(areNested(at('around'), at('around-2'))).toBe(false);
});
