import { describe, expect, test } from 'vitest';
import type { ProcStat } from '../process/proc.ts';
import { type CallerFacts, type DoorState, judge } from './judge.ts';

const stat = (pid: number, parent: number, started: number): ProcStat => ({
  pid,
  name: 'x',
  state: 'R',
  parent,
  group: pid,
  session: pid,
  started,
});

const open: DoorState = { kind: 'open', main: { pid: 36, started: 500 } };
/** As measured: the gateway is 36, its spawn broker 70, what the broker started 82. */
const broker: CallerFacts = {
  uid: 10_000,
  ownUid: 10_000,
  process: stat(82, 70, 700),
  parent: stat(70, 36, 600),
  isHandle: true,
  tracer: 0,
  output: { maker: 70 },
};
const direct: CallerFacts = {
  ...broker,
  process: stat(82, 36, 700),
  parent: stat(36, 1, 500),
  output: { maker: 36 },
};

describe('who asks at the secret door', () => {
  test('is served when the runtime started it, by itself or through one process of its own', () => {
    expect(judge(open, direct)).toBeNull();
    expect(judge(open, broker)).toBeNull();
  });

  test('is looked at once before it has said where the answer is to go', () => {
    const { output: _, ...early } = broker;
    expect(judge(open, early)).toBeNull();
    expect(judge(open, { ...early, isHandle: false })).toBe('other-program');
  });

  test.each<[string, Partial<CallerFacts>, string]>([
    ['has another uid', { uid: 0 }, 'other-user'],
    ['is gone, or its pid is another’s by now', { process: null }, 'gone'],
    ['has lost its parent meanwhile', { parent: null }, 'gone'],
    ['runs another program', { isHandle: false }, 'other-program'],
    ['is traced', { tracer: 99 }, 'traced'],
    ['cannot be seen through', { tracer: -1 }, 'traced'],
    ['is two processes away', { parent: stat(70, 50, 600) }, 'not-of-the-runtime'],
    ['belongs to PID 1 as orphans do', { parent: stat(1, 0, 1) }, 'not-of-the-runtime'],
    ['writes to a file or a pipe', { output: { maker: null } }, 'output-elsewhere'],
    ['writes to a socket that the main process made', { output: { maker: 36 } }, 'output-elsewhere'],
    ['writes to a socket of its own', { output: { maker: 82 } }, 'output-elsewhere'],
  ])('gets nothing when it %s', (_what, change, reason) => {
    expect(judge(open, { ...broker, ...change })).toBe(reason);
  });

  test('gets nothing when the main process’s pid is that of an earlier start', () => {
    expect(judge(open, { ...direct, parent: stat(36, 1, 499) })).toBe('not-of-the-runtime');
  });

  test.each(['not started', 'asked before', 'up', 'over'] as const)(
    'gets nothing when the door is %s',
    (why) => {
      expect(judge({ kind: 'closed', why }, broker)).toBe('closed');
    },
  );
});
