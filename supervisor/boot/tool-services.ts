import type { RestartPolicy } from '../../runtimes/contract.ts';
import { restartBudget } from '../supervise/backoff.ts';
import type { Tool } from '../tools/find.ts';
import {
  type ServicePlace,
  type ServicePorts,
  type SupervisedService,
  superviseService,
} from '../tools/services.ts';
import type { Container } from './container.ts';

/** As a runtime is brought back; but a service that is given up ends only itself. */
const policy: RestartPolicy = {
  backoffBase: 500,
  backoffCap: 30_000,
  budget: 5,
  window: 600_000,
  requestedBudget: 5,
};

/** Starts the services of a tool whose setup is over. */
export function startServices(
  { clock, log, umask }: Container,
  tool: Tool,
  place: Omit<ServicePlace, 'umask'>,
  streams: Pick<ServicePorts, 'filter' | 'relief'>,
): readonly SupervisedService[] {
  return tool.manifest.services.map((service) => {
    const component = `tool:${tool.name}:${service.name}`;
    const shared = umask === undefined ? place : { ...place, umask };
    return superviseService(tool.name, service, shared, {
      ...streams,
      clock,
      log,
      budget: restartBudget(policy, Math.random),
      line: (text) => log.info(text, { component }),
    });
  });
}

/** For /metrics. */
export function serviceCounts({ tools }: Container): Readonly<Record<string, number>> {
  const counts = { running: 0, backoff: 0, failed: 0, stopped: 0 };
  for (const service of tools?.services() ?? []) counts[service.view().state] += 1;
  return counts;
}

export function servicePids({ tools }: Container): readonly number[] {
  return tools?.services().flatMap((service) => service.view().pid ?? []) ?? [];
}
