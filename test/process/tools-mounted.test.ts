import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findTool, listTools } from '../../supervisor/tools/find.ts';
import { reserved, type Stage, stage } from './tools-stage.ts';

let place: Stage;
beforeAll(() => {
  place = stage();
});
afterAll(() => place[Symbol.dispose]());

/** A tool whose script is a symlink. */
function link(target: string, folder: string): void {
  mkdirSync(folder);
  symlinkSync(target, join(folder, 'setup.sh'));
}

describe('a mounted folder', () => {
  const find = (name: string) => findTool(name, place.places, reserved);

  it('with a name that is none is listed apart, and never as a tool', () => {
    for (const name of ['Big', 'under_score', '9lives', 'x'.repeat(33), '..data', 'ok-1']) {
      place.write(`mounted/${name}/setup.sh`, 'true');
    }
    const { mounted, misnamed } = listTools(place.places);
    expect(mounted).toContain('ok-1');
    expect(misnamed).toEqual(['9lives', 'Big', 'under_score', 'x'.repeat(33)]);
    expect(mounted).not.toContain('..data');
  });

  it('cannot stand in for a tool of the image', () => {
    place.write('image/there/setup.sh', 'true');
    place.write('mounted/there/setup.sh', 'true');
    expect(find('there')).toMatchObject({ kind: 'twice', mounted: join(place.places.mounted, 'there') });
  });

  it('may be made of symlinks inside, as a ConfigMap is', () => {
    place.write('mounted/config-map/..2026/setup.sh', 'true');
    symlinkSync('..2026', join(place.places.mounted, 'config-map/..data'));
    symlinkSync('..data/setup.sh', join(place.places.mounted, 'config-map/setup.sh'));
    expect(find('config-map')).toMatchObject({ kind: 'tool' });
  });

  it.each([
    ['a symlink out of it', (at: string) => symlinkSync(place.path, at), 'leads out of'],
    ['a script that leads out', (at: string) => link('/etc/passwd', at), 'leads out of'],
    ['a script that leads to itself', (at: string) => link('setup.sh', at), 'ELOOP'],
    [
      'a folder for a script',
      (at: string) => mkdirSync(join(at, 'setup.sh'), { recursive: true }),
      'is no regular file',
    ],
    ['no script', (at: string) => mkdirSync(at), 'is missing'],
  ])('that is or holds %s is refused', (what, make, detail) => {
    place.write('setup.sh', 'true');
    const name = what.replaceAll(' ', '-').slice(0, 30);
    make(join(place.places.mounted, name));
    expect(find(name)).toMatchObject({ kind: 'broken', detail: expect.stringContaining(detail) });
  });

  it('with a pipe for a tool.json does not make anybody wait', () => {
    place.write('mounted/pipes/setup.sh', 'true');
    execFileSync('mkfifo', [join(place.places.mounted, 'pipes/tool.json')]);
    expect(find('pipes')).toMatchObject({ kind: 'broken', detail: 'is no regular file' });
  });

  it('with a tool.json or a script that is too large is refused', () => {
    place.write('mounted/large/setup.sh', 'true');
    place.write('mounted/large/tool.json', ' '.repeat(70_000));
    expect(find('large')).toMatchObject({ kind: 'broken', detail: 'has 70000 bytes' });
    place.write('mounted/larger/setup.sh', '#'.repeat(1_100_000));
    expect(find('larger')).toMatchObject({ kind: 'broken', detail: 'has 1100000 bytes' });
  });

  it('that our own user could change is told apart', () => {
    const tool = place.tool('changeable', 'true');
    expect(tool.writable).toBe(true);
  });
});
