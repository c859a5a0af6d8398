import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Additions, given, noAdditions } from '../../host-cli/given.ts';
import type { Sources } from '../../host-cli/variables.ts';

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'clawden-given-'));
  writeFileSync(join(directory, 'more.env'), '# more\nB=file\nC=file\n');
});
afterAll(() => rmSync(directory, { recursive: true }));

const sources: Sources = {
  environment: {
    A: 'shell',
    RUNTIME: 'shell',
    CLAWDEN_INSTANCE: 'shell',
    PATH: '/bin',
    OPENAI_API_KEY_FILE: '/x',
    CLAWDEN_IMAGE: 'me',
  },
  dotenv: new Map([
    ['A', 'dotenv'],
    ['B', 'dotenv'],
    ['TOOLS', 'git'],
  ]),
  dotenvLines: new Map([
    ['A', 1],
    ['B', 2],
    ['TOOLS', 3],
  ]),
};
const of = (additions: Partial<Additions> = {}) =>
  given(sources, { ...noAdditions, ...additions }, directory);

describe('the variables of a project', () => {
  it('come from .env under the environment, without what is not meant for a container', () => {
    const { values, placeOf, explicit } = of();
    expect(values).toEqual({ A: 'shell', B: 'dotenv', TOOLS: 'git' });
    expect(['A', 'B', 'TOOLS', 'PATH'].map(placeOf)).toEqual([
      'your environment',
      '.env:2',
      '.env:3',
      undefined,
    ]);
    expect(explicit).toEqual([]);
  });

  it('are overlaid by env files, then options, then -e, each of which says where it was', () => {
    const found = of({
      envFiles: ['more.env'],
      options: new Map([['C', { value: 'option', option: '--model' }]]),
      typed: ['D=typed', 'A'],
    });
    expect(found.values).toMatchObject({ A: 'shell', B: 'file', C: 'option', D: 'typed' });
    expect(['A', 'B', 'C', 'D'].map(found.placeOf)).toEqual(['-e', 'more.env:2', '--model', '-e']);
    expect([...found.explicit].sort()).toEqual(['A', 'B', 'C', 'D']);
  });

  it('hand on what every runtime inherits when .env has it, not what the shell has', () => {
    const found = given(
      {
        environment: { LANG: 'C', TZ: 'UTC' },
        dotenv: new Map([
          ['TZ', 'Asia/Tokyo'],
          ['https_proxy', 'http://p'],
        ]),
      },
      noAdditions,
      directory,
    );
    expect(found.explicit).toEqual(['TZ', 'https_proxy']);
  });

  it('are written for the project in .env and on the command line, not in a shell', () => {
    const { isWritten } = of({ typed: ['D=typed'] });
    expect(['A', 'B', 'D', 'PATH'].filter(isWritten)).toEqual(['A', 'B', 'D']);
    expect(
      given({ environment: { A: 'shell' }, dotenv: new Map() }, noAdditions, directory).isWritten('A'),
    ).toBe(false);
  });

  it('cannot steer the command of the engine', () => {
    expect(() => of({ typed: ['DOCKER_HOST=tcp://x'] })).toThrow(/would steer the engine command/);
  });
});
