import { describe, expect, it } from 'vitest';
import type { Container, HealthCheck, Life } from '../engine-records.ts';
import type { Health } from '../health.ts';
import type { Answer } from './ask.ts';
import { instanceRow, type NotAsked } from './row.ts';

const now = Date.parse('2026-12-01T12:00:00Z');

const container = (life: Partial<Life> = {}, more: Partial<Container> = {}): Container => ({
  id: 'f00d',
  name: 'clawden-1-openclaw',
  instance: 'openclaw',
  runtime: 'openclaw',
  settings: 'x',
  running: life.status === undefined || life.status === 'running' || life.status === 'restarting',
  exitCode: 0,
  outOfMemory: false,
  port: 18789,
  stopTimeout: 345,
  binding: undefined,
  restart: 'no',
  directory: '',
  accounts: [],
  workspace: undefined,
  life: {
    status: 'running',
    startedAt: '2026-12-01T11:58:00.123456789Z',
    endedAt: undefined,
    restarts: 0,
    error: undefined,
    runtimeVersion: '2026.9.6',
    check: undefined,
    ...life,
  },
  ...more,
});

const body = (changes: Partial<Health> = {}): Health => ({
  status: 'ready',
  runtime: { name: 'openclaw', version: '2026.9.7', state: 'running', restarts: 0, reason: null },
  channels: [],
  reasons: [],
  ...changes,
});
const answered = (health: Health): Answer => ({ kind: 'answered', health, uptimeSeconds: 118 });
const runtime = (
  state: string,
  restarts: number,
  reason: string | null = null,
): NonNullable<Health['runtime']> => ({
  name: 'openclaw',
  version: '1',
  ...{ state, restarts, reason },
});
const stateOf = (row: ReturnType<typeof instanceRow>): string =>
  row.reason === null ? row.state : `${row.state}: ${row.reason}`;

describe('a container that answers', () => {
  it.each([
    ['is ready', body(), 'ready'],
    ['starts', body({ status: 'starting', reasons: ['runtime-starting'] }), 'starting: the runtime starts'],
    [
      'waits between two starts',
      body({
        status: 'unready',
        runtime: runtime('backoff', 2, 'out-of-memory'),
        reasons: ['runtime-backoff'],
      }),
      'restarting: the runtime waits for its next try, last: out of memory',
    ],
    [
      'runs and does not serve',
      body({ status: 'unready', reasons: ['runtime-not-serving', 'channel-telegram-token-rejected'] }),
      'unready: the runtime does not serve',
    ],
    ['drains', body({ status: 'draining', reasons: ['draining'] }), 'stopping: turns in flight are answered'],
    ['gave up', body({ status: 'failed', runtime: runtime('failed', 5, 'crash') }), 'failed: last: crash'],
    ['says a reason of a newer image', body({ status: 'odd', reasons: ['new-thing'] }), 'unready: new thing'],
  ])('%s', (_name, health, expected) => {
    expect(stateOf(instanceRow(container(), answered(health), now))).toBe(expected);
  });

  it('has both kinds of restarts in one number', () => {
    const row = instanceRow(
      container({ restarts: 3 }),
      answered(body({ runtime: runtime('running', 2) })),
      now,
    );
    expect(row.restarts).toEqual({ total: 5, runtime: 2, container: 3 });
  });

  it('may be of another version: what is missing is null, what is odd does no harm', () => {
    const odd = { status: 'ready', channels: [null, { name: 'x' }, 7], reasons: 'none', runtime: [] };
    expect(instanceRow(container(), answered(odd as unknown as Health), now)).toMatchObject({
      state: 'ready',
      runtimeVersion: '2026.9.6',
      restarts: { total: 0, runtime: null, container: 0 },
      channels: [{ name: '?' }, { name: 'x', mode: null, state: 'unknown' }, { name: '?' }],
    });
  });
});

describe('a container that does not answer', () => {
  const silent: Answer = { kind: 'silent', reason: 'ECONNRESET' };
  const check = (
    status: string,
    output = 'supervisor did not answer',
    at = '2026-12-01T11:59:54Z',
  ): HealthCheck => ({ status, output, at });
  const elsewhere: NotAsked = { kind: 'not-asked', code: 'engine-elsewhere' };

  it.each<[string, Partial<Life>, Answer | NotAsked, string]>([
    ['is unready', {}, silent, 'unready: it does not answer (ECONNRESET)'],
    [
      'is starting while it is young',
      { startedAt: '2026-12-01T11:59:58Z' },
      silent,
      'starting: it does not answer (ECONNRESET)',
    ],
    [
      'is starting as long as the engine says so',
      { check: check('starting') },
      silent,
      'starting: it does not answer (ECONNRESET)',
    ],
    [
      'is not called ready for an older health check',
      { check: check('healthy', JSON.stringify(body())) },
      silent,
      'unready: it does not answer (ECONNRESET)',
    ],
    ['refuses the token', {}, { kind: 'token-refused' }, "running: it refuses this project's token"],
    [
      'refuses the token, and its health check knows the state',
      { check: check('healthy', JSON.stringify(body())) },
      { kind: 'token-refused' },
      "ready: it refuses this project's token: as its health check says, 6 s ago",
    ],
    [
      'is on another machine',
      { check: check('unhealthy', JSON.stringify(body({ status: 'unready', reasons: ['relay-down'] }))) },
      elsewhere,
      'unready: the relay is down; its port is on another machine: as its health check says, 6 s ago',
    ],
    [
      'is on another machine and has no record',
      { check: check('healthy', 'x') },
      elsewhere,
      'running: its port is on another machine',
    ],
  ])('%s', (_name, life, answer, expected) => {
    expect(stateOf(instanceRow(container(life), answer, now))).toBe(expected);
  });
});

describe('a container that does not run', () => {
  const ended = { status: 'exited', endedAt: '2026-12-01T11:59:00.5Z' };
  it.each<[string, Partial<Life>, Partial<Container>, string, number | null]>([
    ['was stopped', ended, {}, 'stopped', 0],
    ['failed', ended, { exitCode: 70 }, 'failed', 70],
    ['had no memory', ended, { exitCode: 137, outOfMemory: true }, 'failed: out of memory', 137],
    [
      'was never started',
      { status: 'created', startedAt: undefined, error: 'no such mount' },
      {},
      'not-started: no such mount',
      null,
    ],
    [
      'is started again by the engine',
      { status: 'restarting' },
      { exitCode: 1 },
      'restarting: it ended with code 1; the engine starts it again',
      null,
    ],
  ])('%s', (_name, life, more, expected, code) => {
    const row = instanceRow(container(life, more), { kind: 'not-asked', code: 'no-port' }, now);
    expect([stateOf(row), row.exitCode]).toEqual([expected, code]);
    expect(row.endedAt).toBe(code === null ? null : '2026-12-01T11:59:00.500Z');
  });
});
