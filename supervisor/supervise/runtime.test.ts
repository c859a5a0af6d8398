import { describe, expect, it } from 'vitest';
import { bench } from './testing.ts';

const settledLine =
  '{"time":"T","level":"info","subsystem":"gateway","message":"active-work drain settled; beginning server close"}';

describe('a supervised runtime', () => {
  it('is serving once its own probe says so', async () => {
    const b = bench();
    b.probeAnswer = { kind: 'silent', reason: 'refused' };
    b.supervised.start();
    await b.clock.advance(1000);
    expect(b.supervised.view()).toMatchObject({ state: 'starting', serving: false });
    b.probeAnswer = { kind: 'healthy', body: { failing: ['telegram'] } };
    await b.clock.advance(1000);
    expect(b.supervised.view()).toMatchObject({
      state: 'running',
      serving: true,
      failingChannels: [{ type: 'telegram' }],
    });
  });

  it('comes back after a crash, later each time, and is given up in the end', async () => {
    const b = bench();
    b.supervised.start();
    for (const delay of [500, 1000, 2000, 4000, 8000]) {
      await b.clock.advance(1);
      b.spawned.at(-1)?.end({ kind: 'code', code: 1 });
      await b.clock.advance(delay - 1);
      expect(b.supervised.view().state).toBe('backoff');
      await b.clock.advance(1);
    }
    b.spawned.at(-1)?.end({ kind: 'code', code: 1 });
    expect(await b.supervised.failed).toMatchObject({ class: 'crash', count: 6, lastLines: ['last words'] });
    expect(b.supervised.view()).toMatchObject({ state: 'failed', restarts: 5 });
    expect(b.mostAlive).toBe(1);
  });

  it('knows a reason that the runtime wrote to a file of its own', async () => {
    const b = bench();
    b.failureLines = ['Error: EADDRINUSE'];
    b.supervised.start();
    await b.clock.advance(1);
    b.spawned.at(-1)?.end({ kind: 'code', code: 1 });
    await b.clock.advance(1);
    expect(b.deaths).toMatchObject([
      { class: 'port-in-use', lastLines: ['last words', 'Error: EADDRINUSE'] },
    ]);
  });

  it('does not loop over a configuration that the runtime refuses', async () => {
    const b = bench();
    b.supervised.start();
    await b.clock.advance(1);
    b.spawned[0]?.end({ kind: 'code', code: 78 });
    expect(await b.supervised.failed).toMatchObject({ class: 'config' });
    expect(b.spawned).toHaveLength(1);
  });

  it('starts again at once when the runtime asks for it', async () => {
    const b = bench();
    b.supervised.start();
    await b.clock.advance(1);
    b.spawned[0]?.end({ kind: 'code', code: 0 });
    await b.clock.advance(1);
    expect(b.spawned).toHaveLength(2);
    expect(b.deaths[0]).toMatchObject({ class: 'restart-request', restartIn: 0 });
  });

  it('is given up when every start asks for another, at the eleventh request in ten minutes', async () => {
    const b = bench();
    b.supervised.start();
    for (let request = 1; request <= 11; request += 1) {
      await b.clock.advance(1);
      expect(b.spawned).toHaveLength(request);
      b.spawned.at(-1)?.end({ kind: 'code', code: 0 });
    }
    expect(await b.supervised.failed).toMatchObject({ class: 'restart-request', count: 11 });
    await b.clock.advance(600_000);
    expect(b.spawned).toHaveLength(11);
  });

  it('starts anew with both budgets when its deaths lie ten minutes back', async () => {
    const b = bench();
    b.supervised.start();
    for (let round = 0; round < 3; round += 1) {
      for (let crash = 0; crash < 5; crash += 1) {
        await b.clock.advance(10_000);
        b.spawned.at(-1)?.end({ kind: 'code', code: 1 });
      }
      await b.clock.advance(600_000);
    }
    expect(b.supervised.view()).toMatchObject({ state: 'running', restarts: 15 });
  });

  it('is over when the next start cannot be prepared, and the fault is handed on instead of a crash', async () => {
    const b = bench();
    b.supervised.start();
    await b.clock.advance(1);
    b.noRoom = new Error('no room');
    b.spawned[0]?.end({ kind: 'code', code: 1 });
    await b.clock.advance(1000);
    expect((await b.supervised.failed).fault).toBe(b.noRoom);
    expect(b.supervised.view().state).toBe('failed');
    expect(b.deaths).toHaveLength(1);
  });

  it('tears down a process that no longer answers and calls it hung', async () => {
    const b = bench();
    b.deaf = true;
    b.supervised.start();
    await b.clock.advance(1000);
    b.probeAnswer = { kind: 'silent', reason: 'timeout' };
    await b.clock.advance(60_000);
    expect(b.deaths[0]).toMatchObject({ class: 'hung' });
    expect(b.spawned[0]?.signals).toEqual(['SIGTERM', 'SIGKILL']);
    expect(b.mostAlive).toBe(1);
  });

  it('is out of memory when it dies soon after the kernel killed something for memory, not an hour later', async () => {
    const b = bench();
    b.supervised.start();
    await b.clock.advance(60_000);
    b.kills = 1;
    await b.clock.advance(4000);
    b.spawned[0]?.end({ kind: 'code', code: 1 });
    await b.clock.advance(60_000);
    b.kills = 2;
    await b.clock.advance(3_600_000);
    b.spawned[1]?.end({ kind: 'code', code: 1 });
    await b.clock.advance(1);
    expect(b.deaths.map((death) => death.class)).toEqual(['out-of-memory', 'crash']);
  });

  it('sends its stop signal once and tells that no KILL was needed', async () => {
    const b = bench();
    b.supervised.start();
    await b.clock.advance(1000);
    expect(await b.supervised.stop(5000)).toEqual({ killed: false });
    expect(b.spawned[0]?.signals).toEqual(['SIGTERM']);
    expect(b.supervised.view().state).toBe('stopped');
    expect(b.deaths).toEqual([]);
  });

  it('kills a runtime that outlives the stop budget', async () => {
    const b = bench();
    b.deaf = true;
    b.supervised.start();
    await b.clock.advance(1000);
    const stopped = b.supervised.stop(5000);
    await b.clock.advance(5000);
    expect(await stopped).toEqual({ killed: true });
  });

  it('gets only a short time more once it said that nothing is in flight', async () => {
    const b = bench();
    b.deaf = true;
    b.supervised.start();
    await b.clock.advance(1000);
    // What it says before the stop is about something else.
    b.spawned[0]?.say(settledLine);
    const stopped = b.supervised.stop(330_000);
    await b.clock.advance(60_000);
    expect(b.spawned[0]?.signals).toEqual(['SIGTERM']);
    b.spawned[0]?.say('{"level":"info","message":"still draining"}');
    b.spawned[0]?.say(settledLine);
    await b.clock.advance(19_999);
    expect(b.spawned[0]?.signals).toEqual(['SIGTERM']);
    await b.clock.advance(1);
    expect(b.spawned[0]?.signals).toEqual(['SIGTERM', 'SIGKILL']);
    expect(await stopped).toEqual({ killed: false });
    expect(b.supervised.view().state).toBe('stopped');
  });

  it('ends by itself in that time, and is not killed', async () => {
    const b = bench();
    b.deaf = true;
    b.supervised.start();
    await b.clock.advance(1000);
    const stopped = b.supervised.stop(330_000);
    b.spawned[0]?.say(settledLine);
    await b.clock.advance(12_000);
    b.spawned[0]?.end({ kind: 'code', code: 0 });
    expect(await stopped).toEqual({ killed: false });
    await b.clock.advance(60_000);
    expect(b.spawned[0]?.signals).toEqual(['SIGTERM']);
  });

  it('keeps the whole budget, whatever it says, when it had never been ready', async () => {
    const b = bench();
    b.deaf = true;
    b.probeAnswer = { kind: 'silent', reason: 'refused' };
    b.supervised.start();
    await b.clock.advance(1000);
    const stopped = b.supervised.stop(330_000);
    b.spawned[0]?.say(settledLine);
    await b.clock.advance(329_999);
    expect(b.spawned[0]?.signals).toEqual(['SIGTERM']);
    await b.clock.advance(1);
    expect(await stopped).toEqual({ killed: true });
  });

  it('is stopped by a stop that comes while the rest of a dead one is being ended', async () => {
    const b = bench();
    b.supervised.start();
    await b.clock.advance(1);
    b.groupLives = true;
    b.spawned[0]?.end({ kind: 'code', code: 1 });
    await b.clock.advance(10);
    const stopped = b.supervised.stop(5000);
    await b.clock.advance(2000);
    expect(await stopped).toEqual({ killed: false });
    expect(b.supervised.view().state).toBe('stopped');
    expect(b.deaths).toHaveLength(1);
    expect(b.spawned).toHaveLength(1);
  });

  it('does not start anything after a stop that came during the backoff', async () => {
    const b = bench();
    b.supervised.start();
    await b.clock.advance(1);
    b.spawned[0]?.end({ kind: 'code', code: 1 });
    await b.clock.advance(1);
    await b.supervised.stop(5000);
    await b.clock.advance(60_000);
    expect(b.spawned).toHaveLength(1);
    expect(b.supervised.view().state).toBe('stopped');
  });
});
