import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { writeAtomically } from '../render/files.ts';
import { type PostMortemContext, writePostMortem } from './postmortem.ts';
import type { Death } from './runtime-ports.ts';

const root = mkdtempSync(join(tmpdir(), 'clawden-post-mortem-'));
afterAll(() => rmSync(root, { recursive: true }));
const death: Death = {
  class: 'crash',
  exit: { kind: 'code', code: 1 },
  lastLines: ['last words'],
  memory: {},
  uptime: 1000,
  restartIn: 500,
  count: 1,
};

function context(name: string, now: () => Date): PostMortemContext {
  return {
    instance: 'i',
    runtime: 'r',
    version: '1',
    supervisorVersion: '1',
    planHash: 'h',
    directory: join(root, name),
    now,
    write: (path, content, mode) => writeAtomically(path, content, mode, root),
  };
}

describe('post-mortems', () => {
  it('of one instant, with a wall clock that stands still, are two files', () => {
    const still = context('still', () => new Date('2026-11-24T12:00:00Z'));
    const files = [writePostMortem(death, still), writePostMortem({ ...death, count: 2 }, still)];
    expect(files[0]).not.toBe(files[1]);
    expect(files.map((file) => JSON.parse(readFileSync(file ?? '', 'utf8')).countInWindow)).toEqual([1, 2]);
  });

  it('keep the last twenty in the order of the deaths, also when the wall clock is set back each time', () => {
    let hour = 40;
    const back = context('back', () => {
      hour -= 1;
      return new Date(Date.UTC(2026, 10, 24, hour));
    });
    for (let count = 1; count <= 25; count += 1) {
      const file = writePostMortem({ ...death, count }, back);
      expect(existsSync(file ?? '')).toBe(true);
    }
    const kept = readdirSync(back.directory).map(
      (name) => JSON.parse(readFileSync(join(back.directory, name), 'utf8')).countInWindow,
    );
    expect(kept).toEqual(Array.from({ length: 20 }, (_, index) => index + 6));
  });

  it('are left out when the disk refuses, and nothing half is left', () => {
    // A file in the place of the volume: nothing can be made there, whoever asks.
    const volume = join(root, 'volume');
    writeFileSync(volume, '');
    const write: PostMortemContext['write'] = (path, content, mode) =>
      writeAtomically(path, content, mode, volume);
    const directory = join(volume, 'post-mortem');
    expect(writePostMortem(death, { ...context('x', () => new Date()), directory, write })).toBeUndefined();
  });
});
