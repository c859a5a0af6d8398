import type { ChannelPlan, GroupPolicy } from '../../../runtimes/contract.ts';
import type { WrittenChannel } from '../settings.ts';
import type { KnownRuntime } from '../types.ts';
import { type Context, report } from './context.ts';

export interface Given {
  /** Nobody may talk on it yet. */
  readonly open: boolean;
  /** Those that have a value, secrets aside. */
  readonly fields: ChannelPlan['fields'];
  readonly groups: GroupPolicy;
}

/** By type, the first channel of the instance that the runtime speaks by itself; filled as modes are chosen. */
export type Spoken = Map<string, { readonly name: string; readonly fields: ChannelPlan['fields'] }>;

/** How a channel is served, with a sentence for whoever asks why. Whatever the runtime cannot, the relay does. */
export function chooseMode(
  context: Context,
  channel: WrittenChannel,
  runtime: KnownRuntime | undefined,
  given: Given,
  spoken: Spoken,
): Pick<ChannelPlan, 'mode' | 'serves'> {
  const decide = (serves: ChannelPlan['serves'], why: string): Pick<ChannelPlan, 'mode' | 'serves'> => {
    context.channelReasons[channel.name] = given.open ? `${why}, once its owner has claimed it` : why;
    return { mode: given.open ? 'unclaimed' : serves, serves };
  };
  if (!runtime) return { mode: given.open ? 'unclaimed' : 'native', serves: 'native' };
  const { title } = runtime.descriptor;
  const type = channel.type.type;
  const wish = channel.relay ?? context.settings.relay;
  if (wish) context.origins[`channels.${channel.name}.relay`] = wish.at.where;
  if (wish?.value === true) return decide('relayed', `relay: true: the relay speaks it in place of ${title}`);
  const obstacle = obstacleOf(context, channel, runtime, given, spoken);
  if (obstacle) {
    if (wish) {
      const { reason, other = '' } = obstacle;
      const names = { channel: channel.name, runtime: title, type, reason, other };
      report(context, 'channel-not-native', names, wish.at);
    }
    return decide(
      'relayed',
      `${title} in this image does not speak ${type}${obstacle.reason}; the relay does`,
    );
  }
  if (!spoken.has(type)) spoken.set(type, { name: channel.name, fields: given.fields });
  const { plugin, answersStrangers } = nativeOf(channel, runtime) ?? {};
  const by = plugin === undefined ? 'by itself' : `with its plugin ${plugin}`;
  const but = answersStrangers ? ', and tells strangers that they may not talk; relay: true is silent' : '';
  return decide('native', `${title} in this image speaks ${type} ${by}${but}`);
}

/** What keeps the runtime from speaking a channel by itself. */
interface Obstacle {
  /** Completes "… does not speak telegram". */
  readonly reason: string;
  /** Another way to mend it than by the relay. */
  readonly other?: string;
}

function obstacleOf(
  context: Context,
  channel: WrittenChannel,
  runtime: KnownRuntime,
  { fields, groups }: Given,
  spoken: Spoken,
): Obstacle | undefined {
  const native = nativeOf(channel, runtime);
  if (!native) return { reason: '' };
  const { image } = context.input;
  const { plugin } = native;
  const plugins = image?.plugins[runtime.descriptor.name] ?? [];
  if (image && plugin !== undefined && !plugins.includes(plugin)) {
    const other = `; or build an image with the plugin: npm run image -- --plugins ${plugin}`;
    return { reason: ` without its plugin ${plugin}`, other };
  }
  const foreign = Object.keys(fields).find((field) => native.without?.includes(field));
  if (foreign) return { reason: ` with ${foreign}`, other: `; or remove ${foreign}` };
  if (native.withoutGroups?.includes(groups)) return { reason: ` with groups: ${groups}` };
  const first = spoken.get(channel.type.type);
  if (first === undefined) return undefined;
  if (!native.many) return { reason: ` on a second account beside ${first.name}` };
  const other = native.shared?.find((field) => fields[field] !== first.fields[field]);
  return other === undefined ? undefined : { reason: ` with another ${other} than ${first.name}` };
}

function nativeOf(
  { type }: WrittenChannel,
  { descriptor }: KnownRuntime,
): KnownRuntime['descriptor']['nativeChannels'][number] | undefined {
  return descriptor.nativeChannels.find((native) => native.type === type.type);
}
