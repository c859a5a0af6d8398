import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { folderVariables, toolFolders, toolMounts } from './tool-folders.ts';

const home = mkdtempSync(join(tmpdir(), 'clawden, home-'));
const root = join(home, '.clawden', 'tools');
const image = ['git', 'http'];
const mounts = (...names: readonly string[]): readonly string[] => toolMounts(names, { home, image });

function write(path: string, text = ''): void {
  const file = join(root, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, text, { mode: 0o644 });
}

beforeAll(() => {
  for (const file of [
    'weather/setup.sh',
    'weather/tool.json',
    'http/setup.sh',
    'Loud/setup.sh',
    'closed/setup.sh',
  ])
    write(file);
  write('odd/setup.bash');
  write('odd/README.md');
  mkdirSync(join(root, 'empty'));
  write('file');
  mkdirSync(join(home, 'dotfiles/linked'), { recursive: true });
  writeFileSync(join(home, 'dotfiles/linked/setup.sh'), '');
  symlinkSync(join(home, 'dotfiles/linked'), join(root, 'linked'));
  symlinkSync('/no/such', join(root, 'nowhere'));
  chmodSync(join(root, 'closed'), 0o700);
});
afterAll(() => rmSync(home, { recursive: true }));

describe('tools in ~/.clawden/tools', () => {
  it('are the folders whose name can be a tool’s', () => {
    expect(toolFolders(home)).toEqual(['closed', 'empty', 'http', 'linked', 'odd', 'weather']);
    expect(toolFolders('/no/such/home')).toEqual([]);
  });

  it('name the variables that they take; a file that says nothing names none', () => {
    write('weather/tool.json', '{"variables": {"WEATHER_KEY": "key of the service"}}');
    expect(folderVariables(home)).toMatchObject({ weather: ['WEATHER_KEY'], odd: [], linked: [] });
  });

  it('are mounted read-only when they are named, and nothing else is', () => {
    expect(mounts('git', 'weather', 'linked', 'weather')).toEqual([
      '--mount',
      `type=bind,"source=${root}/weather",target=/etc/clawden/tools/weather,readonly`,
      '--mount',
      `type=bind,"source=${root}/linked",target=/etc/clawden/tools/linked,readonly`,
    ]);
    expect(mounts('git')).toEqual([]);
    expect(mounts()).toEqual([]);
  });

  it.each([
    ['http', 'tool-twice', ['is in this image and at', '/http'], 'mv '],
    [
      'wether',
      'tool-missing',
      ['in this image (git, http)', '(did you mean weather?)', 'linked, odd, weather'],
      'mkdir -p ',
    ],
    ['../weather', 'tool-missing', ['neither in this image'], 'mkdir -p '],
    ['nowhere', 'tool-missing', ['neither in this image'], 'mkdir -p '],
    ['odd', 'tool-without-setup', ['(did you mean setup.bash?)', 'in it: README.md, setup.bash'], 'setup.sh'],
    ['empty', 'tool-without-setup', ['in it: nothing'], 'setup.sh'],
    ['closed', 'tool-closed', ['cannot read', '/closed'], 'chmod -R a+rX '],
  ])('%s is refused as %s, with what is there and the line to type', (name, code, words, fix) => {
    expect(() => mounts('weather', name)).toThrow(
      expect.objectContaining({ code, exit: 78, fix: expect.stringContaining(fix) }),
    );
    for (const word of words) expect(() => mounts(name)).toThrow(word);
  });
});
