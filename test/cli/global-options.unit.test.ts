import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle, type Typed, type Workplace, workplace } from './helpers.ts';

let place: Workplace;
let engine = '';
beforeAll(async () => {
  place = workplace(await bundle());
  for (const folder of ['sub', 'elsewhere']) mkdirSync(join(place.directory, folder));
  place.write('sub/other.yaml', 'runtime: openclaw\n');
  // An engine on which nothing runs.
  engine = place.write('engine.sh', '#!/bin/sh\n');
  chmodSync(engine, 0o755);
});
afterAll(() => place.remove());

const type = (...argv: string[]): Promise<Typed> => place.type(argv, { env: { CLAWDEN_ENGINE: engine } });
const projectOf = async (...argv: string[]): Promise<string | undefined> => {
  const { stdout, stderr } = await type(...argv);
  return /othing runs in this project \((.*?)\)/.exec(stdout + stderr)?.[1];
};

describe('the project', () => {
  it('is the working directory', async () => {
    expect(await projectOf('stop')).toBe(place.directory);
  });

  it('is the folder of the file, when one is named', async () => {
    expect(await projectOf('-f', 'sub/other.yaml', 'stop')).toBe(join(place.directory, 'sub'));
    expect(await projectOf('stop', '--file=sub/other.yaml')).toBe(join(place.directory, 'sub'));
  });

  it('is the directory that is named, file or not', async () => {
    const elsewhere = join(place.directory, 'elsewhere');
    expect(await projectOf('--project-directory', 'elsewhere', 'stop')).toBe(elsewhere);
    expect(await projectOf('--project-directory', elsewhere, '-f', 'sub/other.yaml', 'stop')).toBe(elsewhere);
  });

  it('is said in the line to type', async () => {
    const { stderr } = await type('-f', 'sub/other.yaml', 'logs', '-f');
    expect(stderr).toMatch(/ → node .*clawden\.mjs -f sub\/other\.yaml run openclaw -d$/);
  });

  it('must be there', async () => {
    const { exitCode, stderr } = await type('-f', 'nowhere/x.yaml', 'stop');
    expect(exitCode).toBe(64);
    expect(stderr).toContain(`project directory ${join(place.directory, 'nowhere')} cannot be entered`);
    expect((await type('-f', 'typo.yaml', 'run', '-d')).stderr).toContain(
      `${join(place.directory, 'typo.yaml')} cannot be read (ENOENT)`,
    );
  });
});
