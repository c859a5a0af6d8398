import { describe, expect, it } from 'vitest';
import { descriptor } from '../../runtimes/openclaw/descriptor.ts';
import { classify, type ExitFacts } from './classify.ts';

const facts = (changes: Partial<ExitFacts>): ExitFacts => ({
  exit: { kind: 'code', code: 1 },
  asked: false,
  hung: false,
  memoryKill: false,
  lastLines: [],
  ...changes,
});

describe('why a process ended', () => {
  const table: [string, Partial<ExitFacts>, ReturnType<typeof classify>][] = [
    ['asked wins over everything', { asked: true, hung: true, memoryKill: true }, 'asked'],
    [
      'a hung process is hung, however it went',
      { hung: true, exit: { kind: 'signal', signal: 'SIGKILL' } },
      'hung',
    ],
    [
      'killed while the memory counter grew',
      { memoryKill: true, exit: { kind: 'signal', signal: 'SIGKILL' } },
      'out-of-memory',
    ],
    [
      'a clean exit is no memory death',
      { memoryKill: true, exit: { kind: 'code', code: 0 } },
      'restart-request',
    ],
    ['killed by somebody', { exit: { kind: 'signal', signal: 'SIGKILL' } }, 'crash'],
    ['0 asks to be started again', { exit: { kind: 'code', code: 0 } }, 'restart-request'],
    ['78 is a configuration', { exit: { kind: 'code', code: 78 } }, 'config'],
    [
      '78 beside another gateway is a lost lock',
      { exit: { kind: 'code', code: 78 }, lastLines: ['gateway-lifecycle: held'] },
      'lock-loser',
    ],
    [
      '1 with EADDRINUSE is a taken port',
      { lastLines: ['Error: listen EADDRINUSE 127.0.0.1:1'] },
      'port-in-use',
    ],
    ['1 with anything else is a crash', { lastLines: ['boom'] }, 'crash'],
    [
      'a program that never started is a crash',
      { exit: { kind: 'failed', code: 127, reason: 'not-found', detail: 'no such file' } },
      'crash',
    ],
  ];
  it.each(table)('%s', (_name, changes, expected) => {
    expect(classify(facts(changes), descriptor.exits)).toBe(expected);
  });
});
