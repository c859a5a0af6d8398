import type { Endpoint, MessageApi, MessageClient, Turn, TurnEvent } from '../../runtimes/contract.ts';
import { createQueue } from './queue.ts';

/** Takes turns from all doors of the relay to the runtime: one in flight per session, counted, drained at the end. */
export interface Turns {
  /** Why no turn is taken now, if none is. */
  readonly refusal: () => 'draining' | 'unavailable' | undefined;
  /** The turn counts from this call on; the caller must read the events to their end or abort the signal. */
  readonly run: (turn: Turn, signal: AbortSignal) => AsyncIterable<TurnEvent>;
  readonly runtime: (endpoint: Endpoint | null) => void;
  /** Takes no more turns; resolves when none is in flight. */
  readonly drain: () => Promise<void>;
}

export interface TurnReports {
  /** Requests of the runtime to its model so far. */
  readonly modelRequests?: () => number;
  readonly inFlight: (count: number) => void;
  /** What `refusal` says may have changed. */
  readonly changed: () => void;
}

export function createTurns(api: MessageApi, reports: TurnReports): Turns {
  const queue = createQueue();
  let connection: Connection | undefined;
  let inFlight = 0;
  let draining = false;
  const idle = Promise.withResolvers<void>();

  const count = (step: 1 | -1): void => {
    inFlight += step;
    reports.inFlight(inFlight);
    if (draining && inFlight === 0) idle.resolve();
  };

  async function* events(turn: Turn, signal: AbortSignal): AsyncGenerator<TurnEvent> {
    let leave: (() => void) | undefined;
    try {
      leave = await queue.enter(`${turn.origin} ${turn.session}`, signal);
      if (connection) yield* connection.send(turn, signal);
      else yield unavailable;
    } catch (error) {
      // Whoever waited for this turn is gone: there is nobody to tell.
      if (!signal.aborted) throw error;
    } finally {
      leave?.();
      count(-1);
    }
  }

  return {
    refusal: () => (draining ? 'draining' : connection ? undefined : 'unavailable'),
    run: (turn, signal) => {
      count(1);
      return events(turn, signal);
    },
    runtime: (endpoint) => {
      connection?.retire();
      connection = endpoint ? connect(api.connect(endpoint, reports.modelRequests)) : undefined;
      reports.changed();
    },
    drain: () => {
      draining = true;
      if (inFlight === 0) idle.resolve();
      reports.changed();
      return idle.promise;
    },
  };
}

const unavailable: TurnEvent = {
  kind: 'error',
  code: 'runtime-unavailable',
  message: 'the runtime does not take messages now',
};

interface Connection {
  readonly send: MessageClient['send'];
  /** Closes the client as soon as none of its turns is in flight. */
  readonly retire: () => void;
}

function connect(client: MessageClient): Connection {
  let users = 0;
  let retired = false;
  async function* send(turn: Turn, signal: AbortSignal): AsyncGenerator<TurnEvent> {
    users += 1;
    try {
      yield* client.send(turn, signal);
    } finally {
      users -= 1;
      if (retired && users === 0) client.close();
    }
  }
  return {
    send,
    retire: () => {
      retired = true;
      if (users === 0) client.close();
    },
  };
}
