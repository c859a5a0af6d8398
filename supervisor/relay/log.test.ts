import { expect, test } from 'vitest';
import { createLog } from './log.ts';

test('a log line is one JSON object with time, level, component and message', () => {
  const lines: string[] = [];
  const log = createLog(
    (line) => lines.push(line),
    () => new Date(0),
  );
  log('warn', 'two\nlines', { port: 1 });
  expect(lines).toHaveLength(1);
  expect(lines[0]?.indexOf('\n')).toBe((lines[0]?.length ?? 0) - 1);
  expect(JSON.parse(lines[0] ?? '')).toEqual({
    time: '1970-01-01T00:00:00.000Z',
    level: 'warn',
    component: 'relay',
    msg: 'two\nlines',
    port: 1,
  });
});
