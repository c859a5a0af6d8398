import { endStragglers } from '../process/stragglers.ts';
import { type Container, type Ending, must } from './container.ts';

/** What an ending needs to know on its way down. */
export interface Leaving {
  readonly container: Container;
  readonly ending: Ending;
  killed: boolean;
}

export interface TeardownStep {
  readonly name: string;
  readonly run: (leaving: Leaving) => void | Promise<void>;
}

/** Between TERM and KILL of what the runtime left behind; ends early when nobody is left. */
const stragglerGrace = 3_000;
/** Replies that the runtime has finished still have to leave through the relay. */
const flushGrace = 2_000;

/** The teardown. The order is load-bearing: each step's reason stands beside it. */
export const teardownSteps: readonly TeardownStep[] = [
  // Balancers must look away before anything stops answering.
  { name: 'readiness off', run: readinessOff },
  // Before the stop signal: a runtime that cuts its turns must have none left.
  { name: 'relay takes no new turns', run: drainRelay },
  // Once, to the main process only: OpenClaw's drain treats a second signal as an order to give up.
  { name: 'stop signal, then the budget', run: stopRuntime },
  // After the runtime: its replies in flight still go out through the relay.
  { name: 'relay hands over what is left', run: flushRelay },
  { name: 'end stragglers', run: endTheRest },
  { name: 'end the relay', run: ({ container }) => container.relay?.stop() },
  // Last of all: until here /health tells why the container is not gone yet.
  { name: 'close the listeners', run: closeListeners },
];

/** Runs the whole list; a step that fails must not keep the later ones from running. */
export async function tearDown(container: Container, ending: Ending): Promise<number> {
  const leaving: Leaving = { container, ending, killed: false };
  for (const step of teardownSteps) {
    try {
      await step.run(leaving);
    } catch (error) {
      container.log.error('a teardown step failed', { step: step.name, error: String(error) });
    }
  }
  return codeOf(leaving);
}

function codeOf({ ending, killed }: Leaving): number {
  switch (ending.kind) {
    case 'asked':
      return killed ? 137 : 0;
    case 'finished':
    case 'failed':
      return ending.code;
    default: {
      const never: never = ending;
      return never;
    }
  }
}

function readinessOff({ container }: Leaving): void {
  container.phase = 'draining';
}

async function drainRelay({ container }: Leaving): Promise<void> {
  const { relay, runtime } = container;
  if (!relay?.up() || !runtime) return;
  const drained = relay.drained(budget(container));
  if (runtime.descriptor.stop.drains === 'relay') await drained;
}

async function stopRuntime(leaving: Leaving): Promise<void> {
  const { container } = leaving;
  if (!container.supervised) return;
  leaving.killed = (await container.supervised.stop(budget(container))).killed;
}

async function flushRelay({ container }: Leaving): Promise<void> {
  if (container.relay?.up()) await container.relay.drained(flushGrace);
}

async function endTheRest({ container }: Leaving): Promise<void> {
  if (!container.stopReaper) return;
  const relay = container.relay?.pid();
  const met = await endStragglers({ grace: stragglerGrace, spare: relay ? [relay] : [] });
  if (met.length > 0) {
    container.log.info('ended what the runtime had left behind', {
      processes: met.map(({ pid, name, end }) => `${name}(${pid}):${end}`).join(' '),
    });
  }
}

function closeListeners({ container }: Leaving): void {
  container.phase = 'over';
  container.secretDoor?.end();
  for (const server of Object.values(container.listeners ?? {})) {
    server.close();
    server.closeAllConnections();
  }
  container.stopReaper?.();
}

function budget(container: Container): number {
  return container.plan?.stopBudget ?? must(container.runtime, 'runtime').descriptor.stop.budget;
}
