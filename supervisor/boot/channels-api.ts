import type { ChannelPlan } from '../../runtimes/contract.ts';
import { allowing, revoking } from '../claims/people.ts';
import { canKeep } from '../claims/record.ts';
import { originOf, originText } from '../config/origin.ts';
import type { ActionResult, ChannelsApi } from '../http/channels-api.ts';
import type { Access } from './access.ts';
import { type Container, must } from './container.ts';
import { currentHealth } from './facts.ts';
import { isClaimable, isSender, sendersField } from './senders.ts';

/** `/clawden/v1/channels` of a container whose plan is made; undefined before. */
export function channelsApi(container: Container): ChannelsApi | undefined {
  const { access } = container;
  if (!access) return undefined;
  return {
    list: () => access.channels().map((channel) => view(container, access, channel)),
    act: (name, action, id) => {
      const channel = access.channels().find((one) => one.name === name);
      if (!channel) return unknown(access, name);
      switch (action) {
        case 'allow':
          return allow(container, access, channel, id);
        case 'revoke':
          return revoke(container, access, channel, id);
        case 'reset':
          return change(container, access, channel, () => access.reset(name), { reset: name });
        default: {
          const never: never = action;
          return never;
        }
      }
    },
  };
}

function allow(container: Container, access: Access, channel: ChannelPlan, id: string): ActionResult {
  const { name } = channel;
  const field = sendersField(channel);
  if (!field || !isClaimable(channel) || !canKeep(channel)) {
    const message = `who may talk on a channel ${channel.type} stands in clawden.yaml alone`;
    return { kind: 'refused', status: 409, code: 'only_in_file', message };
  }
  if (id === '*') {
    const message = `everyone is allowed in clawden.yaml only: channels: ${name}: allow_from: ["*"]`;
    return { kind: 'refused', status: 400, code: 'everyone_only_in_file', message };
  }
  if (!isSender(channel, id)) {
    const message = `that is no id of a person here: expected ${field.expected}`;
    return { kind: 'refused', status: 400, code: 'invalid_id', message };
  }
  if (channel.allowFrom.includes(id)) return done(container, access, channel);
  const record = allowing(access.record(name), id, 'api', new Date().toISOString());
  return change(container, access, channel, () => access.change(name, record), { allowed: id });
}

function revoke(container: Container, access: Access, channel: ChannelPlan, id: string): ActionResult {
  const { name } = channel;
  const [whom] = ['*', id].filter((one) => listed(container, name).includes(one));
  if (whom !== undefined) {
    const path = `channels.${name}.${sendersField(channel)?.name ?? 'allow_from'}`;
    const origin = originOf(must(container.plan, 'plan'), path);
    const where = origin ? originText(origin) : 'clawden.yaml';
    const who = whom === '*' ? 'everyone ("*")' : id;
    const message = `${who} stands in ${where}: take it out of allow_from there and start the container again`;
    return { kind: 'refused', status: 409, code: 'in_file', message };
  }
  if (!channel.allowFrom.includes(id)) {
    const message = `${id.slice(0, 100)} may not talk on the channel ${name} as it is`;
    return { kind: 'refused', status: 404, code: 'not_allowed', message };
  }
  const record = revoking(access.record(name), id);
  return change(container, access, channel, () => access.change(name, record), { revoked: id });
}

function change(
  container: Container,
  access: Access,
  channel: ChannelPlan,
  act: () => void,
  fields: Readonly<Record<string, string>>,
): ActionResult {
  try {
    act();
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    const message = `nothing is changed: ${detail}; make room in ${container.places.state}`;
    return { kind: 'refused', status: 507, code: 'not_written', message };
  }
  container.log.info('who may talk on a channel was changed', { channel: channel.name, ...fields });
  return done(container, access, channel);
}

function done(container: Container, access: Access, { name }: ChannelPlan): ActionResult {
  const now = access.channels().find((one) => one.name === name);
  return { kind: 'done', channel: now && view(container, access, now) };
}

function unknown(access: Access, name: string): ActionResult {
  const known = access.channels().map((channel) => channel.name);
  const message = `no channel ${name.slice(0, 100)}; there is ${known.join(', ') || 'none'}`;
  return { kind: 'refused', status: 404, code: 'unknown_channel', message };
}

/** One channel for whoever holds the token. Null is "not known". */
function view(container: Container, access: Access, channel: ChannelPlan): unknown {
  const { name, type, mode, serves, groups } = channel;
  const health = currentHealth(container).channels.find((one) => one.name === name);
  const { owner, allowed } = access.record(name);
  return {
    name,
    type,
    mode,
    serves,
    state: health?.state ?? null,
    reason: health?.reason ?? null,
    account: container.checks.get(name)?.account ?? null,
    groups,
    ...access.code(name),
    ...(owner ? { owner } : {}),
    allowed,
    fromFile: listed(container, name),
    // What passed the relay before its owner came is no traffic of a native channel.
    traffic: (mode === 'native' ? undefined : container.traffic.get(name)) ?? null,
  };
}

function listed(container: Container, name: string): readonly string[] {
  return container.plan?.channels.find((one) => one.name === name)?.allowFrom ?? [];
}
