/** Where the runtime's process stands. */
export type State =
  | 'idle'
  | 'starting'
  | 'running'
  | 'ending'
  | 'restarting'
  | 'backoff'
  | 'stopping'
  | 'stopped'
  | 'failed';

export type StateEvent =
  | 'start'
  | 'ready'
  | 'hung'
  | 'exit-retry'
  | 'exit-final'
  | 'retry-due'
  | 'restart'
  | 'stop'
  | 'exit-asked';

/**
 * The whole machine. `ending` is a hung process being torn down, `restarting` one that ends as asked so that the next
 * one can be another. An event that has no entry is impossible in that state and changes nothing.
 */
export const transitions: Readonly<Record<State, Partial<Readonly<Record<StateEvent, State>>>>> = {
  idle: { start: 'starting', stop: 'stopped', 'exit-final': 'failed' },
  starting: {
    ready: 'running',
    hung: 'ending',
    'exit-retry': 'backoff',
    'exit-final': 'failed',
    restart: 'restarting',
    stop: 'stopping',
  },
  running: {
    hung: 'ending',
    'exit-retry': 'backoff',
    'exit-final': 'failed',
    restart: 'restarting',
    stop: 'stopping',
  },
  ending: { 'exit-retry': 'backoff', 'exit-final': 'failed', stop: 'stopping' },
  backoff: { 'retry-due': 'starting', stop: 'stopped' },
  restarting: { 'exit-asked': 'starting', 'exit-final': 'failed', stop: 'stopping' },
  stopping: { 'exit-asked': 'stopped' },
  stopped: {},
  failed: {},
};

/** The state after `event`; undefined when it cannot happen in `state`. */
export function next(state: State, event: StateEvent): State | undefined {
  return transitions[state][event];
}
