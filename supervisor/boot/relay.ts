import { channelAdvice } from '../errors/advice.ts';
import type { FromRelay, RelaySetup, Upstream } from '../relay/protocol.ts';
import { type SupervisedRelay, superviseRelay } from '../supervise/relay.ts';
import { type Container, must } from './container.ts';
import type { MaskedOutput } from './output.ts';
import { spawnRelay } from './processes.ts';

/** Puts the relay under supervision; it is not started yet. */
export function superviseTheRelay(container: Container & { readonly output: MaskedOutput }): SupervisedRelay {
  let lives = 0;
  return superviseRelay({
    clock: container.clock,
    log: container.log,
    spawn: () => {
      if (lives++ > 0) container.counters.add('clawden_relay_restarts_total');
      return spawnRelay(container);
    },
    setup: () => {
      forgetRelay(container);
      return { kind: 'start', setup: relaySetup(container) };
    },
    state: () => {
      const view = container.supervised?.view();
      return { kind: 'runtime', endpoint: view?.serving ? (view.rendered?.endpoint ?? null) : null };
    },
    message: (message) => heard(container, message),
    changed: () => {},
  });
}

/** What the last one said of its connections and turns is over. */
export function forgetRelay(container: Container): void {
  const { checks, traffic, turns } = container;
  for (const { name, serves } of must(container.plan, 'plan').channels) {
    if (serves === 'relayed') checks.delete(name);
    const known = traffic.get(name);
    if (!known) continue;
    const { connectedSince: _, ...rest } = known;
    traffic.set(name, rest);
  }
  turns.inFlight(0);
}

function heard(container: Container, message: FromRelay): void {
  switch (message.kind) {
    case 'channel':
      noteChannel(container, message);
      return container.access?.heard(message);
    case 'claim-tried':
    case 'released':
      return container.access?.heard(message);
    case 'traffic':
      return void container.traffic.set(message.channel, message.traffic);
    case 'turns':
      return container.turns.inFlight(message.inFlight);
    case 'listening':
    case 'drained':
      return;
    default: {
      const never: never = message;
      return never;
    }
  }
}

/** Keeps what the relay says of a channel, and says what is new in it. */
export function noteChannel(
  { checks, log }: Container,
  { name, reason, account }: Extract<FromRelay, { kind: 'channel' }>,
): void {
  const before = checks.get(name);
  const known = account ?? before?.account;
  checks.set(name, { reason, ...(known ? { account: known } : {}) });
  // A connection that comes back is said once more, not at every report.
  if (before && before.reason === reason && before.account === known) return;
  if (reason) {
    const ours = reason === 'queue-full' || reason === 'disk-full';
    const message = ours ? 'a channel takes no messages' : 'a channel failed its check at the platform';
    log.warn(message, { channel: name, reason, fix: channelAdvice[reason] });
  } else
    log.info('a channel is known at the platform', { channel: name, ...(known ? { account: known } : {}) });
}

/** Where PID 1 forwards /v1. */
export function relaySocket(container: Container): string {
  return `${container.places.run}/relay.sock`;
}

function relaySetup(container: Container): RelaySetup {
  const plan = must(container.plan, 'plan');
  const secrets = must(container.secrets, 'secrets');
  return {
    instance: plan.instance,
    runtime: plan.runtime,
    socket: relaySocket(container),
    internalKey: secrets.internalKey,
    door: {
      port: must(container.doorPort, 'door port'),
      key: secrets.doorKey,
      dialect: plan.provider.dialect,
    },
    upstream: upstream(container),
    scriptedEcho: plan.scriptedEcho,
    doorOnly: container.command?.oneShot !== undefined,
    channels: must(container.access, 'access').relayStarts(),
    state: `${container.places.state}/.clawden/relay`,
    workspace: container.places.workspace,
  };
}

function upstream(container: Container): Upstream {
  const { provider, baseUrl, apiKey, dialect } = must(container.plan, 'plan').provider;
  if (provider.builtIn) return { kind: 'echo' };
  return { kind: 'http', baseUrl, dialect, ...(apiKey ? { apiKey } : {}) };
}
