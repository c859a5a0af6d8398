import { exitCode } from '../process/exit.ts';
import { descendants, endStragglers } from '../process/stragglers.ts';
import type { Container, Ending } from './container.ts';
import { servicePids } from './tool-services.ts';

/** What an ending needs to know on its way down. */
export interface Leaving {
  readonly container: Container;
  readonly ending: Ending;
  /** When the stop budget is over, on the container's clock: draining and stopping share it. */
  readonly deadline: number;
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
  // After the runtime and what it left: a browser may need its display until it is gone.
  { name: 'end the services of tools', run: endServices },
  // Now nobody is left who could change the file again.
  { name: 'write down who may talk', run: writeAccess },
  // Last of all: until here /health tells why the container is not gone yet.
  { name: 'close the listeners', run: closeListeners },
];

/** Runs the whole list; a step that fails must not keep the later ones from running. */
export async function tearDown(container: Container, ending: Ending): Promise<number> {
  const deadline = container.clock.now() + budget(container);
  const leaving: Leaving = { container, ending, deadline, killed: false };
  for (const step of teardownSteps) {
    try {
      await step.run(leaving);
    } catch (error) {
      container.log.error('a teardown step failed', { step: step.name, error: String(error) });
    }
  }
  return codeOf(leaving);
}

function codeOf({ container, ending, killed }: Leaving): number {
  switch (ending.kind) {
    case 'asked':
      // Before its program ran: 0 would tell a script that it did.
      if (container.command?.oneShot) return exitCode({ kind: 'signal', signal: ending.signal });
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

async function drainRelay({ container, deadline }: Leaving): Promise<void> {
  const { relay, runtime, clock } = container;
  if (!relay?.up() || !runtime) return;
  // The runtime's own end takes time as well, and has to fit into what is left.
  const drained = relay.drained(Math.max(0, deadline - clock.now() - runtime.descriptor.stop.grace));
  if (runtime.descriptor.stop.drains === 'relay') await drained;
}

async function stopRuntime(leaving: Leaving): Promise<void> {
  const { container } = leaving;
  if (!container.supervised) return;
  const left = Math.max(leaving.deadline - container.clock.now(), 0);
  leaving.killed = (await container.supervised.stop(left)).killed;
}

async function flushRelay({ container }: Leaving): Promise<void> {
  if (container.relay?.up()) await container.relay.drained(flushGrace);
}

async function endTheRest({ container }: Leaving): Promise<void> {
  if (!container.stopReaper) return;
  const relay = container.relay?.pid();
  const services = servicePids(container);
  const met = await endStragglers({
    grace: stragglerGrace,
    spare: relay ? [relay] : [],
    // A service has a session of its own, and may have started processes in others.
    scope: (all) => {
      const spared = new Set([...services, ...descendants(all, services).map(({ pid }) => pid)]);
      return all.filter(({ pid, session }) => !spared.has(pid) && !services.includes(session));
    },
  });
  if (met.length > 0) {
    container.log.info('ended what the runtime had left behind', {
      processes: met.map(({ pid, name, end }) => `${name}(${pid}):${end}`).join(' '),
    });
  }
}

async function endServices({ container }: Leaving): Promise<void> {
  const services = container.tools?.services() ?? [];
  if (services.length === 0) return;
  await Promise.all(services.map((service) => service.stop()));
  await endStragglers({ grace: stragglerGrace });
}

function writeAccess({ container }: Leaving): void {
  // A program that runs once may do so beside the container that keeps the file.
  if (!container.command?.oneShot) container.access?.writeAgain();
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
  // Without a runtime nothing was started that would need time.
  return container.plan?.stopBudget ?? container.runtime?.descriptor.stop.budget ?? 0;
}
