import type { ChannelPlan } from '../../runtimes/contract.ts';
import { channelAdvice } from '../errors/advice.ts';
import type { RelayChannel, RelaySetup, Upstream } from '../relay/protocol.ts';
import { type SupervisedRelay, superviseRelay } from '../supervise/relay.ts';
import { type Container, must } from './container.ts';
import type { MaskedOutput } from './output.ts';
import { spawnRelay } from './processes.ts';

/** Puts the relay under supervision; it is not started yet. */
export function superviseTheRelay(container: Container & { readonly output: MaskedOutput }): SupervisedRelay {
  const setup = relaySetup(container);
  let lives = 0;
  return superviseRelay({
    clock: container.clock,
    log: container.log,
    spawn: () => {
      if (lives++ > 0) container.counters.add('clawden_relay_restarts_total');
      return spawnRelay(container);
    },
    setup: () => ({ kind: 'start', setup }),
    state: () => {
      const view = container.supervised?.view();
      return { kind: 'runtime', endpoint: view?.serving ? (view.rendered?.endpoint ?? null) : null };
    },
    message: (message) => {
      if (message.kind !== 'channel') return;
      const { name, reason, account } = message;
      container.checks.set(name, { reason, ...(account ? { account } : {}) });
      if (reason)
        container.log.warn('a channel failed its check at the platform', {
          channel: name,
          reason,
          fix: channelAdvice[reason],
        });
      else
        container.log.info('a channel is known at the platform', { channel: name, account: account ?? '' });
    },
    changed: () => {},
  });
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
    channels: plan.channels.map(relayChannel),
    state: `${container.places.state}/.clawden/relay`,
    workspace: container.places.workspace,
  };
}

function relayChannel(plan: ChannelPlan): RelayChannel {
  const { name, type, fields, secrets, groups, allowFrom, mode } = plan;
  const role = mode === 'relayed' ? 'serve' : 'watch';
  return { name, type, fields, secrets, groups, access: { role, allowFrom } };
}

function upstream(container: Container): Upstream {
  const { provider, baseUrl, apiKey, dialect } = must(container.plan, 'plan').provider;
  if (provider.builtIn) return { kind: 'echo' };
  return { kind: 'http', baseUrl, dialect, ...(apiKey ? { apiKey } : {}) };
}
