import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openProject } from '../../host-cli/project.ts';
import { bundle, docker, removeProject, STAND_IN, standIn, type Workplace, workplace } from './helpers.ts';

let place: Workplace;
let id = '';

beforeAll(async () => {
  const script = await bundle();
  await standIn();
  place = workplace(script);
  id = openProject(place.directory).id;
}, 300_000);

afterAll(async () => {
  await removeProject(id);
  place.remove();
});

const run = (argv: readonly string[]) => place.type(['run', 'openclaw', '--image', STAND_IN, ...argv]);
const stop = () => place.type(['down']);
const containers = () => docker('ps', '-aq', '--filter', `label=io.clawden.project=${id}`);

describe('clawden run with a file of several instances', () => {
  const file = (image: string) =>
    place.write(
      'clawden.yaml',
      `image: ${image}\nruntimes:\n  - {name: openclaw, id: main}\n  - {name: zeroclaw, id: zc}\n`,
    );
  afterAll(() => execa('rm', [join(place.directory, 'clawden.yaml')]));

  it('starts the one that is named, by its name or its runtime, in the image that the file names', async () => {
    file(STAND_IN);
    for (const name of ['zc', 'zeroclaw']) {
      const typed = await place.type(['run', name, '-d', '--json']);
      expect(JSON.parse(typed.stdout)).toMatchObject({
        instance: 'zc',
        runtime: 'zeroclaw',
        image: STAND_IN,
      });
    }
    expect(existsSync(join(place.directory, 'workspace', 'zc'))).toBe(true);
    await stop();
  });

  it('asks which one when that is not clear', async () => {
    const typed = await place.type(['run', '-d']);
    expect(typed.exitCode).toBe(64);
    expect(typed.stderr).toMatch(
      /the file has several instances: main, zc\n {2}→ .* run main {3}or all of them: .* up/,
    );
    const near = await place.type(['run', 'zcc', '-d']);
    expect(near.stderr).toContain('there is no instance "zcc" in this project (did you mean zc?)');
  });
});

describe('clawden run --with', () => {
  it('names tools, and tells one that nobody has before anything is started', async () => {
    place.write('.env', 'GIT_AUTHOR_NAME=Ada\n');
    const mine = { env: { GITHUB_TOKEN: 'ghp-canary', GIT_AUTHOR_NAME: 'Ada in the shell' } };
    expect(
      (await place.type(['run', 'openclaw', '--image', STAND_IN, '-d', '--with', 'git,http'], mine)).exitCode,
    ).toBe(0);
    expect((await place.type(['chat', '[[env TOOLS]]'])).stdout).toBe('git,http');
    // What a tool takes was written for it; a token that somebody has in their shell is nothing for an agent.
    expect((await place.type(['chat', '[[env GIT_AUTHOR_NAME]]'])).stdout).toBe('Ada in the shell');
    expect((await place.type(['chat', '[[env GITHUB_TOKEN]]'])).stdout).not.toContain('canary');
    await stop();
    const typed = await run(['-d', '--with', 'gti']);
    expect(typed.exitCode).not.toBe(0);
    expect(typed.stderr).toContain('tool "gti" is not in this image; in this image: git, http');
    expect(await containers()).toBe('');
  });
});
