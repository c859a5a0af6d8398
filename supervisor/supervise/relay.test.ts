import { describe, expect, it } from 'vitest';
import type { Exit } from '../process/exit.ts';
import type { FromRelay } from '../relay/protocol.ts';
import { type RelayProcess, type SupervisedRelay, superviseRelay } from './relay.ts';
import { fakeClock } from './testing.ts';

interface Bench {
  readonly clock: ReturnType<typeof fakeClock>;
  readonly relay: SupervisedRelay;
  readonly lives: { readonly say: (message: FromRelay) => void; readonly end: (exit: Exit) => void }[];
  readonly said: string[];
}

function bench(): Bench {
  const clock = fakeClock();
  const lives: Bench['lives'] = [];
  const said: string[] = [];
  const note = (message: string): void => void said.push(message);
  const relay = superviseRelay({
    clock,
    log: { debug: note, info: note, warn: note, error: note },
    setup: () => ({ kind: 'drain' }),
    state: () => ({ kind: 'drain' }),
    message: () => {},
    changed: () => {},
    spawn: (): RelayProcess => {
      const exited = Promise.withResolvers<Exit>();
      const listeners: ((message: FromRelay) => void)[] = [];
      lives.push({
        say: (message) => {
          for (const listener of listeners) listener(message);
        },
        end: exited.resolve,
      });
      return {
        pid: lives.length,
        exited: exited.promise,
        signal: (signal) => exited.resolve({ kind: 'signal', signal }),
        signalGroup: () => {},
        lastLines: () => [],
        send: () => {},
        onMessage: (listener) => void listeners.push(listener),
        close: () => exited.resolve({ kind: 'code', code: 0 }),
      };
    },
  });
  return { clock, relay, lives, said };
}

describe('a supervised relay', () => {
  it('that never says a word is killed and started again, and one that listens is left alone', async () => {
    const b = bench();
    b.relay.start();
    await b.clock.advance(14_000);
    expect(b.lives).toHaveLength(1);
    await b.clock.advance(2_000);
    expect(b.lives).toHaveLength(2);
    expect(b.said).toContain('the relay does not get up, killing it');
    b.lives[1]?.say({ kind: 'listening' });
    await b.clock.advance(3_600_000);
    expect(b.lives).toHaveLength(2);
    expect(b.relay.up()).toBe(true);
  });

  it('comes back for ever, soon each time, and not at all once it was stopped', async () => {
    const b = bench();
    b.relay.start();
    for (let life = 1; life <= 50; life += 1) {
      await b.clock.advance(500);
      expect(b.lives.length).toBeGreaterThanOrEqual(life);
      b.lives.at(-1)?.end({ kind: 'signal', signal: 'SIGKILL' });
    }
    await b.clock.advance(500);
    const { length } = b.lives;
    await b.relay.stop();
    await b.clock.advance(60_000);
    expect(b.lives).toHaveLength(length);
  });
});
