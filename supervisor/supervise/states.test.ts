import { describe, expect, it } from 'vitest';
import { next, type State, transitions } from './states.ts';

const walk = (events: readonly Parameters<typeof next>[1][]): State =>
  events.reduce<State>((state, event) => next(state, event) ?? state, 'idle');

describe('the state machine of the runtime', () => {
  it('goes from idle through starting to running', () => {
    expect(walk(['start', 'ready'])).toBe('running');
  });

  it('comes back from a crash through backoff', () => {
    expect(walk(['start', 'ready', 'exit-retry'])).toBe('backoff');
    expect(walk(['start', 'ready', 'exit-retry', 'retry-due'])).toBe('starting');
  });

  it('tears a hung process down before it starts another', () => {
    expect(walk(['start', 'ready', 'hung'])).toBe('ending');
    expect(next('ending', 'retry-due')).toBeUndefined();
    expect(walk(['start', 'ready', 'hung', 'exit-retry'])).toBe('backoff');
  });

  it('never leaves an end', () => {
    for (const end of ['stopped', 'failed'] as const) expect(transitions[end]).toEqual({});
  });

  it('can be stopped from every state that is not an end', () => {
    for (const state of ['idle', 'starting', 'running', 'ending', 'backoff'] as const) {
      expect(['stopping', 'stopped']).toContain(next(state, 'stop'));
    }
  });
});
