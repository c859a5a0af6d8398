import { describe, expect, it } from 'vitest';
import { createLog } from './log.ts';

function lines(pretty: boolean, level = 'info') {
  const out: string[] = [];
  const log = createLog({ level, pretty, write: (line) => out.push(line), now: () => new Date(0) });
  return { out, log };
}

describe('the supervisor’s own log lines', () => {
  it('are JSON that a machine can read', () => {
    const { out, log } = lines(false);
    log.warn('a "quoted"\nthing', { port: 1, reason: null });
    expect(JSON.parse(out[0] ?? '')).toEqual({
      time: '1970-01-01T00:00:00.000Z',
      level: 'warn',
      component: 'supervisor',
      msg: 'a "quoted"\nthing',
      port: 1,
      reason: null,
    });
    expect(out[0]).not.toContain('\n');
  });

  it('are short for people on a terminal', () => {
    const { out, log } = lines(true);
    log.info('listening', { port: 18789 });
    expect(out).toEqual(['00:00:00 info  listening  port=18789']);
  });

  it('name the tool that a line comes from', () => {
    const json = lines(false);
    json.log.info('up', { component: 'tool:x' });
    expect(JSON.parse(json.out[0] ?? '')).toMatchObject({ component: 'tool:x', msg: 'up' });
    const people = lines(true);
    people.log.info('up', { component: 'tool:x', n: 1 });
    expect(people.out).toEqual(['00:00:00 info  tool:x  up  n=1']);
  });

  it('below the level are left out, and the level can change', () => {
    const { out, log } = lines(true, 'warn');
    log.info('no');
    log.setLevel('debug');
    log.debug('yes');
    expect(out).toEqual(['00:00:00 debug yes']);
  });
});
