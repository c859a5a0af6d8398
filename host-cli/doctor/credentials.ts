import type { ChannelPlan } from '../../runtimes/contract.ts';
import { loadCheck } from '../../supervisor/channels/check.ts';
import type { InstancePlan } from '../../supervisor/config/project.ts';
import type { Plan } from '../../supervisor/config/types.ts';
import { channelAdvice } from '../../supervisor/errors/advice.ts';
import type { Findings } from './finding.ts';

/** Asks each channel's platform who the account is, at most `limit` milliseconds. A provider's key is not tried: that may cost. */
export async function checkCredentials(instances: readonly InstancePlan[], limit: number): Promise<Findings> {
  if (instances.length === 0)
    return [{ level: 'skipped', text: 'no instance is planned, so no credential is known' }];
  const several = instances.length > 1;
  const found = await Promise.all(
    instances.map(async ({ id, plan }) => {
      const channels = await Promise.all(plan.channels.map((channel) => checkChannel(channel, limit)));
      const all = [keyOf(plan), ...channels];
      return several ? all.map((each) => ({ ...each, text: `${id}: ${each.text}` })) : all;
    }),
  );
  return found.flat();
}

function keyOf({ provider: { provider, apiKey } }: Plan): Findings[number] {
  if (provider.builtIn) return { level: 'ok', text: `${provider.name}: needs no key` };
  return {
    level: 'ok',
    text: `${provider.name}: ${apiKey === undefined ? 'no key' : 'its key is set'}, not tried`,
  };
}

async function checkChannel(channel: ChannelPlan, limit: number): Promise<Findings[number]> {
  const { name, type } = channel;
  const module = await loadCheck(type);
  if (!module) return { level: 'skipped', text: `${name}: there is no way to ask ${type} about an account` };
  const { reason, account, details } = await module.check(channel, AbortSignal.timeout(limit));
  const about = `${name}${account ? ` (${account})` : ''}`;
  if (reason === null) return { level: 'ok', text: `${about}: ${details?.text ?? 'the platform knows it'}` };
  // The container may reach what this machine does not, and the other way round.
  const level = reason === 'unreachable' ? 'warning' : 'error';
  return {
    level,
    text: `${about}: ${reason}${details ? ` (${details.text})` : ''}`,
    fix: details?.fix ?? channelAdvice[reason],
  };
}
