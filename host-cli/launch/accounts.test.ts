import { afterEach, describe, expect, it } from 'vitest';
import type { Container } from '../engine-records.ts';
import type { CliError } from '../errors.ts';
import { nameProject } from '../program.ts';
import { refuseConflicts } from './accounts.ts';

afterEach(() => nameProject(undefined, undefined));

const fixFor = (directory: string): string => {
  const holder = { instance: 'bot', name: 'clawden-1-bot', directory } as Container;
  try {
    refuseConflicts([{ instance: 'mine', type: 'telegram', holder }], '/here');
  } catch (error) {
    return (error as CliError).fix;
  }
  return '';
};

describe('the line that stops whoever holds an account', () => {
  it('names the other project alone, also when ours was named', () => {
    nameProject(undefined, '/here');
    expect(fixFor('/here')).toMatch(/ --project-directory \/here stop bot$/);
    expect(fixFor('/tmp')).toMatch(/^\S+( \S+)? stop bot --project-directory \/tmp$/);
  });

  it('asks the engine where the folder of the other project is gone', () => {
    expect(fixFor('/nowhere/moved')).toBe('docker stop clawden-1-bot');
    expect(fixFor('')).toBe('docker stop clawden-1-bot');
  });
});
