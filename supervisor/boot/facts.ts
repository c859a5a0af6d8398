import { readdirSync } from 'node:fs';
import { type Health, type HealthInput, health, nativeName } from '../http/health.ts';
import type { MetricFacts } from '../http/metric-table.ts';
import type { Container } from './container.ts';
import { serviceCounts } from './tool-services.ts';

/** What /health and /ready say now. */
export function currentHealth(container: Container): Health {
  return health(healthInput(container));
}

/** Body of /clawden/v1/status: the health, and what only a holder of the token may know. No secret is in it. */
export function currentStatus(container: Container): unknown {
  const { plan, manifest, runtime, rendered } = container;
  return {
    ...currentHealth(container),
    version: container.version,
    uptimeSeconds: Math.round((container.clock.now() - container.began) / 1000),
    model: plan?.provider.model ?? null,
    port: plan?.port ?? null,
    expose: plan?.expose ?? null,
    tools: container.tools?.views() ?? [],
    plan: plan?.hash ?? null,
    plugins: manifest?.plugins ?? [],
    stopBudgetMs: plan?.stopBudget ?? runtime?.descriptor.stop.budget ?? null,
    runtimePid: container.supervised?.view().pid ?? null,
    privatePort: rendered?.endpoint.port ?? null,
    // Some surfaces ask for the runtime's own token inside their protocol; it is of this start, and opens no more than
    // the token that this answer was asked with.
    nativeToken: plan?.expose === 'native' ? (rendered?.endpoint.bearer ?? null) : null,
    memory: container.memory(),
    accounts: Object.fromEntries(
      [...container.checks].flatMap(([name, { account }]) => (account ? [[name, account]] : [])),
    ),
    droppedLogLines: container.output.dropped(),
  };
}

/** What /metrics says now. */
export function currentMetrics(container: Container): MetricFacts {
  const { user, system } = process.cpuUsage();
  return {
    health: currentHealth(container),
    version: container.version,
    droppedLines: container.output.dropped(),
    zombies: container.zombies(),
    memory: container.memory(),
    counted: container.counters,
    secretDoor: container.secretDoor?.counts() ?? { given: 0, refused: 0 },
    services: serviceCounts(container),
    waiting: waiting(container),
    own: {
      residentBytes: process.memoryUsage.rss(),
      cpuSeconds: (user + system) / 1e6,
      // less the one that lists them
      openFiles: readdirSync('/proc/self/fd').length - 1,
      startSeconds: performance.timeOrigin / 1000,
    },
  };
}

function waiting({ plan, access, traffic }: Container): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { name, type, mode } of access?.channels() ?? plan?.channels ?? []) {
    if (mode === 'relayed') counts[type] = (counts[type] ?? 0) + (traffic.get(name)?.waiting ?? 0);
  }
  return counts;
}

function healthInput(container: Container): HealthInput {
  const { plan, runtime, supervised, manifest } = container;
  const now = container.clock.now();
  return {
    phase: container.phase,
    instance: plan?.instance ?? null,
    runtime:
      runtime && supervised
        ? { name: runtime.descriptor.name, version: manifest?.version ?? 'unknown', view: supervised.view() }
        : null,
    relay: container.relay?.up() ? 'up' : 'down',
    provider: plan?.provider.provider.name ?? null,
    zombies: container.zombies(),
    channels: (container.access?.channels() ?? plan?.channels ?? []).map((channel) => {
      const check = container.checks.get(channel.name);
      const sign =
        channel.mode === 'native'
          ? container.signs?.of(nativeName(channel, container.rendered), now)
          : undefined;
      return {
        plan: channel,
        ...(check ? { check: check.reason } : {}),
        ...(check?.account ? { account: check.account } : {}),
        awaited: !(container.access?.isInRuntime(channel.name) ?? true),
        ...(sign ? { sign } : {}),
      };
    }),
  };
}
