import { expect, it } from 'vitest';
import type { Container } from '../engine-records.ts';
import { checkContainers } from './config.ts';

const container = (instance: string, exitCode: number, running = false): Container =>
  ({ instance, exitCode, running }) as Container;

it('finds nothing wrong with an instance that was stopped', () => {
  expect(checkContainers([container('a', 0), container('b', 0, true)], ['a', 'b'])).toEqual([
    { level: 'ok', text: 'running: b' },
    { level: 'ok', text: 'a was stopped' },
  ]);
});

it('sends to the log of one that failed, and to up for one that the file does not name', () => {
  expect(checkContainers([container('a', 78), container('gone', 0)], ['a'])).toMatchObject([
    { level: 'warning', fix: '{clawden} logs a' },
    { level: 'warning', fix: '{clawden} up --remove-orphans' },
  ]);
});
