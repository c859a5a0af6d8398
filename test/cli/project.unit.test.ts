import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { noAdditions } from '../../host-cli/given.ts';
import { withToken } from '../../host-cli/launch/sources.ts';
import { ensureToken, openProject, readToken } from '../../host-cli/project.ts';
import { tokenOf } from '../../host-cli/token.ts';
import { openSources } from '../../host-cli/variables.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'clawden-project-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

describe('a project', () => {
  it('has one token, private and out of git', () => {
    const project = openProject(directory);
    expect(readToken(project)).toBeUndefined();
    const token = ensureToken(project);
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(ensureToken(project)).toBe(token);
    expect(statSync(join(directory, '.clawden', 'token')).mode & 0o777).toBe(0o600);
    expect(statSync(join(directory, '.clawden')).mode & 0o777).toBe(0o700);
    expect(readFileSync(join(directory, '.clawden', '.gitignore'), 'utf8')).toBe('*\n');
  });

  it('takes back a token that others could read', () => {
    const project = openProject(directory);
    const token = ensureToken(project);
    const file = join(directory, '.clawden', 'token');
    chmodSync(file, 0o644);
    expect(ensureToken(project)).toBe(token);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('has a token also where CLAWDEN_TOKEN is empty, the same at a start and afterwards', () => {
    const project = openProject(directory);
    writeFileSync(join(directory, '.env'), 'CLAWDEN_TOKEN=\n');
    const { token, given } = withToken(project, openSources(project, {}), noAdditions);
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(given.values.CLAWDEN_TOKEN).toBe(token);
    expect(tokenOf(project, {})).toBe(token);
    expect(tokenOf(project, { CLAWDEN_TOKEN: '' })).toBe(token);
  });

  it('closes a .clawden that was copied here open', () => {
    mkdirSync(join(directory, '.clawden'), { mode: 0o755 });
    ensureToken(openProject(directory));
    expect(statSync(join(directory, '.clawden')).mode & 0o777).toBe(0o700);
  });

  it('says who can mend a token that cannot be read', () => {
    mkdirSync(join(directory, '.clawden', 'token'), { recursive: true });
    const read = (): unknown => readToken(openProject(directory));
    expect(read).toThrow(/\.clawden\/token cannot be read \(EISDIR\)/);
    expect(read).toThrow(
      expect.objectContaining({ fix: expect.stringMatching(/^sudo chown -R .*\/\.clawden$/) }),
    );
  });

  it('is the same through a symbolic link', () => {
    const link = `${directory}-link`;
    symlinkSync(directory, link);
    try {
      expect(openProject(link)).toEqual(openProject(directory));
    } finally {
      rmSync(link);
    }
  });

  it('must exist', () => {
    expect(() => openProject(join(directory, 'nowhere'))).toThrow('ENOENT');
  });
});
