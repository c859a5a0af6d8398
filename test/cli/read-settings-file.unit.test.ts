import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findFile } from '../../host-cli/planning.ts';
import { openProject } from '../../host-cli/project.ts';
import { openSources } from '../../host-cli/variables.ts';

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'clawden, settings-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

describe('clawden.yaml and .env', () => {
  it('are read where they are, and may be absent', () => {
    const project = openProject(directory);
    expect(findFile(project, undefined)).toBeUndefined();
    expect(openSources(project, {}).dotenv.size).toBe(0);
    writeFileSync(join(directory, 'clawden.yaml'), 'runtime: openclaw\n');
    writeFileSync(join(directory, '.env'), 'A=1\n');
    expect(findFile(project, undefined)?.text).toBe('runtime: openclaw\n');
    expect(openSources(project, {}).dotenv.get('A')).toBe('1');
    expect(() => findFile(project, join(directory, 'none.yaml'))).toThrow(
      /none.yaml cannot be read \(ENOENT\)/,
    );
  });

  // Only root can give a file away; a container does it by its own user.
  it.runIf(process.getuid?.() === 0)('decide nothing when an agent may have written them', () => {
    const project = openProject(directory);
    for (const name of ['clawden.yaml', '.env']) chownSync(join(directory, name), 10_000, 10_000);
    const refusal = /belongs to the user of the containers \(uid 10000\)/;
    expect(() => findFile(project, undefined)).toThrow(refusal);
    expect(() => openSources(project, {})).toThrow(refusal);
  });
});
