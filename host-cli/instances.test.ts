import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Container } from './engine-records.ts';
import { hasEnded, nothingRuns, unknownName } from './instances.ts';
import { program } from './program.ts';

const ended = { instance: 'notes', runtime: 'zeroclaw', exitCode: 3, running: false } as Container;

it('says how an instance that ended is started again: by the file that names it, else by its runtime', () => {
  expect(hasEnded(ended, ['notes']).fix).toBe(
    `${program()} logs notes   or start it again: ${program()} up notes`,
  );
  expect(hasEnded(ended, []).fix).toContain(`start it again: ${program()} run zeroclaw -d`);
});

it('suggests the instance whose name is nearest, not the first of them', () => {
  const error = unknownName('note', ['alpha', 'notes'], 'logs');
  expect(error.message).toContain('(did you mean notes?); there is: alpha, notes');
  expect(error.fix).toBe(`${program()} logs notes`);
  expect(unknownName('zzzzzz', ['alpha', 'notes'], 'logs').fix).toBe(`${program()} logs alpha`);
  expect(unknownName('note', ['notes'], 'channels allow', ['telegram', '7']).fix).toBe(
    `${program()} channels allow notes telegram 7`,
  );
});

it('brings up what the file says where nothing runs and there is a file', () => {
  const directory = mkdtempSync(join(tmpdir(), 'clawden-nothing-'));
  expect(nothingRuns(directory).fix).toBe(`${program()} run openclaw -d`);
  writeFileSync(join(directory, 'clawden.yaml'), 'runtime: openclaw\n');
  expect(nothingRuns(directory).fix).toBe(`${program()} up`);
  rmSync(directory, { recursive: true });
});
