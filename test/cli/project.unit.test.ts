import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensureToken, openProject, readToken } from '../../host-cli/project.ts';

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
