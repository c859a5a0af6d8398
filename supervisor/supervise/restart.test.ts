import { describe, expect, it } from 'vitest';
import { bench } from './testing.ts';

const budget = 60_000;

describe('a runtime that is restarted because somebody may talk on a channel', () => {
  it('is stopped once, started once with a new render, and has died of nothing', async () => {
    const b = bench();
    b.supervised.start();
    await b.clock.advance(1000);
    b.supervised.restart('access-changed', budget);
    expect(b.supervised.view()).toMatchObject({
      state: 'restarting',
      serving: false,
      reason: 'access-changed',
    });
    await b.clock.advance(1000);
    expect(b.supervised.view()).toMatchObject({ state: 'running', serving: true, restarts: 0, reason: null });
    expect(b.spawned.map(({ signals }) => signals)).toEqual([['SIGTERM'], []]);
    expect(b.prepared).toBe(2);
    expect(b.deaths).toEqual([]);
    expect(b.mostAlive).toBe(1);
  });

  it('spends nothing of the crash budget, however often', async () => {
    const b = bench();
    b.supervised.start();
    for (let time = 0; time < 30; time += 1) {
      await b.clock.advance(1000);
      b.supervised.restart('access-changed', budget);
    }
    await b.clock.advance(1000);
    expect(b.supervised.view()).toMatchObject({ state: 'running', restarts: 0 });
    expect(b.spawned).toHaveLength(31);
  });

  it('is restarted once for several changes in a row', async () => {
    const b = bench();
    b.supervised.start();
    await b.clock.advance(1000);
    b.deaf = true;
    for (let change = 0; change < 5; change += 1) b.supervised.restart('access-changed', budget);
    await b.clock.advance(10);
    b.spawned[0]?.end({ kind: 'code', code: 0 });
    await b.clock.advance(1000);
    expect(b.spawned.map(({ signals }) => signals)).toEqual([['SIGTERM'], []]);
  });

  it('finishes its turns first, where the stop signal would cut them', async () => {
    const b = bench({ stop: { signal: 'SIGTERM', budget, grace: 10_000, drains: 'relay' } });
    b.inFlight = true;
    b.supervised.start();
    await b.clock.advance(1000);
    b.supervised.restart('access-changed', budget);
    await b.clock.advance(49_999);
    expect(b.spawned[0]?.signals).toEqual([]);
    await b.clock.advance(1);
    expect(b.spawned[0]?.signals).toEqual(['SIGTERM']);
  });

  it('is killed when it outlives the stop budget', async () => {
    const b = bench();
    b.supervised.start();
    await b.clock.advance(1000);
    b.deaf = true;
    b.supervised.restart('access-changed', budget);
    await b.clock.advance(budget);
    expect(b.spawned[0]?.signals).toEqual(['SIGTERM', 'SIGKILL']);
    await b.clock.advance(1000);
    expect(b.supervised.view()).toMatchObject({ state: 'running', restarts: 0 });
  });

  it('is not signalled a second time by a stop that comes meanwhile, and stays stopped', async () => {
    const b = bench();
    b.supervised.start();
    await b.clock.advance(1000);
    b.deaf = true;
    b.supervised.restart('access-changed', budget);
    await b.clock.advance(100);
    const stopped = b.supervised.stop(5000);
    b.spawned[0]?.end({ kind: 'code', code: 0 });
    await b.clock.advance(budget);
    expect(await stopped).toEqual({ killed: false });
    expect(b.spawned.map(({ signals }) => signals)).toEqual([['SIGTERM']]);
    expect(b.supervised.view().state).toBe('stopped');
  });

  it('is signalled by a stop that comes while its turns are being finished', async () => {
    const b = bench({ stop: { signal: 'SIGTERM', budget, grace: 10_000, drains: 'relay' } });
    b.inFlight = true;
    b.supervised.start();
    await b.clock.advance(1000);
    b.supervised.restart('access-changed', budget);
    await b.clock.advance(100);
    expect(await b.supervised.stop(5000)).toEqual({ killed: false });
    await b.clock.advance(budget);
    expect(b.spawned.map(({ signals }) => signals)).toEqual([['SIGTERM']]);
  });

  it('is rendered again when the change comes during the render', async () => {
    const b = bench();
    b.slowRender = 100;
    b.supervised.start();
    await b.clock.advance(50);
    b.supervised.restart('access-changed', budget);
    await b.clock.advance(1000);
    expect(b.prepared).toBe(2);
    expect(b.spawned).toHaveLength(1);
  });

  it('needs nothing between two starts, when it is stopped, or before its first start', async () => {
    const b = bench();
    b.supervised.restart('access-changed', budget);
    expect(b.supervised.view().state).toBe('idle');
    b.supervised.start();
    await b.clock.advance(1);
    b.spawned[0]?.end({ kind: 'code', code: 1 });
    await b.clock.advance(1);
    b.supervised.restart('access-changed', budget);
    expect(b.supervised.view().state).toBe('backoff');
    await b.clock.advance(1000);
    expect(b.prepared).toBe(2);
    await b.supervised.stop(5000);
    b.supervised.restart('access-changed', budget);
    expect(b.supervised.view().state).toBe('stopped');
  });
});
