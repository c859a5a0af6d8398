import { runtimes } from '../../runtimes/index.ts';
import { channelTypes } from '../../supervisor/channels/fields.ts';
import type { ChannelType } from '../../supervisor/config/types.ts';
import { type Provider, providers } from '../../supervisor/providers/table.ts';
import { CliError } from '../errors.ts';
import { nearest } from '../nearest.ts';
import { lookUp, type Sources } from '../variables.ts';

/** What a new clawden.yaml is to say. */
export interface Wishes {
  readonly runtime: string;
  readonly provider?: Provider;
  readonly model?: string;
  readonly channels: readonly ChannelWish[];
  readonly tools: readonly string[];
  /** Values that were typed, for `.env`. */
  readonly values: ReadonlyMap<string, string>;
}

export interface ChannelWish {
  readonly type: ChannelType;
  readonly allowFrom: readonly string[];
}

/** Options of the command as they were typed. */
export interface Flags {
  readonly runtime: string | undefined;
  readonly provider: string | undefined;
  readonly model: string | undefined;
  readonly channel: readonly string[];
  readonly 'allow-from': readonly string[];
  readonly with: readonly string[];
}

/** What the options say, each name checked. */
export interface Said {
  readonly runtime?: string;
  readonly provider?: Provider;
  readonly model?: string;
  /** Undefined: no option spoke of channels. */
  readonly channels?: readonly ChannelWish[];
  readonly tools?: readonly string[];
}

/** Reads the options; whom `--allow-from` means must be clear. */
export function readFlags(flags: Flags): Said {
  const runtime = flags.runtime && known('runtime', flags.runtime, runtimeNames());
  const provider = flags.provider && known('provider', flags.provider, names(providers));
  const types = listOf(flags.channel).map((type) => known('channel', type, typeNames()));
  const allowFrom = listOf(flags['allow-from']);
  if (allowFrom.length > 0 && types.length !== 1) {
    throw new CliError('allow-from-whose', { known: typeNames().join(' or --channel ') });
  }
  const channels = [...new Set(types)].flatMap((name) =>
    channelTypes.filter(({ type }) => type === name).map((type) => ({ type, allowFrom })),
  );
  const tools = listOf(flags.with);
  const chosen = providers.find(({ name }) => name === provider);
  return {
    ...(runtime ? { runtime } : {}),
    ...(chosen ? { provider: chosen } : {}),
    ...(flags.model ? { model: flags.model } : {}),
    ...(channels.length > 0 ? { channels } : {}),
    ...(tools.length > 0 ? { tools } : {}),
  };
}

/** Without questions: what was said, and for the rest the defaults. */
export function withDefaults(said: Said, sources: Sources): Wishes {
  const { channels = [], tools = [], model } = said;
  const provider = said.provider ?? providerByKey(sources, channels);
  return {
    runtime: said.runtime ?? defaultRuntime(),
    ...(provider ? { provider } : {}),
    ...(model ? { model } : {}),
    channels,
    tools,
    values: new Map(),
  };
}

/** The only provider whose key is set. With a channel there must be one: an echo has no business there unasked. */
function providerByKey(sources: Sources, channels: readonly ChannelWish[]): Provider | undefined {
  const keyed = providersWithKey(sources);
  const [first, second] = keyed;
  if (first && second) {
    const keys = keyed.map(({ keyVariables }) => keyVariables.find((name) => lookUp(sources, name)));
    throw new CliError('init-providers', { keys: keys.join(' and '), first: first.name });
  }
  const [channel] = channels;
  if (!first && channel) throw new CliError('init-no-provider', { channel: channel.type.type });
  return first;
}

export function providersWithKey(sources: Sources): readonly Provider[] {
  return providers.filter(({ keyVariables }) => keyVariables.some((name) => lookUp(sources, name)));
}

/** Words of a list that may be repeated and have commas. */
export function listOf(texts: readonly string[]): readonly string[] {
  const words = texts.flatMap((text) => text.split(',')).map((word) => word.trim());
  return [...new Set(words.filter((word) => word !== ''))];
}

/** The first of the table. */
export function defaultRuntime(): string {
  return runtimeNames()[0] ?? '';
}

function runtimeNames(): readonly string[] {
  return runtimes.map(({ descriptor }) => descriptor.name);
}

function typeNames(): readonly string[] {
  return channelTypes.map(({ type }) => type);
}

function names(list: readonly { readonly name: string }[]): readonly string[] {
  return list.map(({ name }) => name);
}

function known(kind: 'runtime' | 'provider' | 'channel', name: string, list: readonly string[]): string {
  if (list.includes(name)) return name;
  const near = nearest(name, list);
  throw new CliError('init-unknown', { kind, name, near, option: `--${kind}`, known: list.join(', ') });
}
