import type { ChannelPlan } from '../../../runtimes/contract.ts';
import type { WrittenChannel } from '../settings.ts';
import type { KnownRuntime } from '../types.ts';
import { type Context, report } from './context.ts';

export interface Given {
  /** Nobody may talk on it yet. */
  readonly open: boolean;
  /** Names of the fields that have a value, secrets aside. */
  readonly fields: readonly string[];
}

/** How a channel is served, with a sentence for whoever asks why. */
export function chooseMode(
  context: Context,
  channel: WrittenChannel,
  runtime: KnownRuntime | undefined,
  { open, fields }: Given,
): ChannelPlan['mode'] {
  const say = (sentence: string): void => {
    context.channelReasons[channel.name] = sentence;
  };
  if (!runtime) return 'native';
  const { descriptor } = runtime;
  const native = descriptor.nativeChannels.find(({ type }) => type === channel.type.type);
  const { image } = context.input;
  const plugins = image?.plugins[descriptor.name] ?? [];
  const speaks = native && (!image || native.plugin === undefined || plugins.includes(native.plugin));
  const forced = channel.relay ?? context.settings.relay;
  if (forced) context.origins[`channels.${channel.name}.relay`] = forced.at.where;
  if (forced?.value === true) {
    const names = { channel: channel.name, type: channel.type.type };
    report(context, 'channel-relay-absent', names, forced.at);
    return 'relayed';
  }
  if (!speaks) {
    const without = native?.plugin === undefined ? '' : ` without its plugin ${native.plugin}`;
    const fix =
      native?.plugin === undefined
        ? 'remove the channel, or choose another runtime'
        : `build an image with it: npm run image -- --plugins ${native.plugin}`;
    refuse(context, channel, runtime, without, fix);
    return 'relayed';
  }
  const foreign = fields.find((field) => native.without?.includes(field));
  if (foreign) {
    refuse(context, channel, runtime, ` with ${foreign}`, `remove ${foreign}, or choose another runtime`);
    return 'relayed';
  }
  const by = native.plugin === undefined ? 'by itself' : `with its plugin ${native.plugin}`;
  const speaking = `${descriptor.title} in this image speaks ${channel.type.type} ${by}`;
  say(open ? `allow_from names nobody; otherwise ${speaking}` : speaking);
  return open ? 'unclaimed' : 'native';
}

/** The runtime cannot serve that channel. */
export function refuse(
  context: Context,
  { name, type, at }: WrittenChannel,
  runtime: KnownRuntime | undefined,
  reason: string,
  fix: string,
): void {
  const speaker = runtime?.descriptor.title ?? 'the runtime';
  report(
    context,
    'channel-not-native',
    { channel: name, runtime: speaker, type: type.type, reason, fix },
    at,
  );
}
