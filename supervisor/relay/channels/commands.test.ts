import { describe, expect, test } from 'vitest';
import { commandIn } from './commands.ts';

describe('a command', () => {
  test.each([
    ['/new', 'new'],
    [' /STOP \n', 'stop'],
    ['/status', 'status'],
    ['/help', 'help'],
    ['/start', 'start'],
    ['/start ref-42', 'start'],
  ])('%j is %s', (text, command) => {
    expect(commandIn(text)).toBe(command);
  });

  test.each([
    '',
    'new',
    '/news',
    '/new plan for today',
    '/stop now',
    '/compact',
    '/ new',
    'x /new',
    `/start ${'x'.repeat(500)}`,
  ])('%j is none', (text) => expect(commandIn(text)).toBeUndefined());
});
