import type { ChannelPlan } from '../../runtimes/contract.ts';
import type { Problem } from '../errors/problem.ts';
import { isMap } from './file/layers.ts';
import { contextOf } from './plan-instance.ts';
import { type ChannelApart, channelsApart } from './rules/channels.ts';
import { chooseRuntime } from './rules/runtime.ts';
import { noSettings, type Place, type SettingsRead } from './settings.ts';
import type { Origin, PlanInput } from './types.ts';

/** A channel that a file or variables declare, whatever is wrong elsewhere. */
export interface DeclaredChannel {
  /** Undefined: variables alone declare it, and no instance is named. */
  readonly instance: string | undefined;
  readonly runtime: string | undefined;
  readonly plan: ChannelPlan;
  /** Why it is native, relayed or unclaimed: one sentence. */
  readonly why: string | undefined;
  /** Of this channel alone. */
  readonly problems: readonly Problem[];
  /** All but the list of senders is there and right. */
  readonly hasCredentials: boolean;
  /** Names of the variables that bring its credentials. */
  readonly variables: readonly string[];
}

export interface DeclaredChannels {
  readonly channels: readonly DeclaredChannel[];
  /** Ids of all instances, those without channels too. */
  readonly instances: readonly string[];
}

/**
 * The channels of all instances. Unlike a plan it needs no file that is right as a whole: whoever asks whether a token
 * is good must not be told of a mistyped tool first.
 */
export async function declaredChannels(input: PlanInput): Promise<DeclaredChannels> {
  const { file, defaults, variables } = input;
  if (!file && !defaults) {
    return {
      channels: channelsOf(input, { settings: noSettings(), problems: [] }, undefined),
      instances: [],
    };
  }
  const { openProject, readSettings } = await import('./file/open.ts');
  const { instances } = await openProject(file, defaults);
  const found = instances.map(({ id, runtime, layered }) => {
    const written = layered.value['channels'];
    const raw = (name: string): unknown => (isMap(written) ? written[name] : undefined);
    const name = id ?? variables.get('CLAWDEN_INSTANCE')?.value ?? runtime;
    return { name, channels: channelsOf(input, readSettings(layered, variables), name, raw) };
  });
  return {
    channels: found.flatMap(({ channels }) => channels),
    instances: found.flatMap(({ name }) => name ?? []),
  };
}

function channelsOf(
  input: PlanInput,
  read: SettingsRead,
  instance: string | undefined,
  raw: (channel: string) => unknown = () => undefined,
): readonly DeclaredChannel[] {
  const context = contextOf(input, read, input.variables);
  const runtime = chooseRuntime(context);
  return channelsApart(context, runtime).map((apart) => ({
    instance,
    runtime: runtime?.descriptor.name,
    plan: apart.plan,
    why: apart.why,
    problems: [...problemsAt(placesOf(apart, read), read.problems), ...apart.problems],
    hasCredentials: apart.hasCredentials,
    variables: variablesOf(apart, raw(apart.written.name)),
  }));
}

/** Where the channel and its fields stand. */
function placesOf({ written: { name, type } }: ChannelApart, { settings }: SettingsRead): readonly Place[] {
  const path = ['channels', name];
  return [settings.keyPlace(path), ...type.fields.map((field) => settings.place([...path, field.name]))];
}

function problemsAt(places: readonly Place[], problems: readonly Problem[]): readonly Problem[] {
  return problems.filter(({ where }) => where && places.some((place) => isSame(place.where, where)));
}

function isSame(one: Origin, other: Origin): boolean {
  if (one.kind !== 'file' || other.kind !== 'file') return false;
  return one.file === other.file && one.line === other.line && one.column === other.column;
}

/** `$NAME`s of its secret fields, else the usual variables, which a channel called like its type has. */
function variablesOf({ written: { name, type } }: ChannelApart, raw: unknown): readonly string[] {
  const fields = type.fields.filter(({ secret }) => secret);
  return fields.flatMap((field) => {
    const text: unknown = Object(raw)[field.name];
    if (typeof text === 'string')
      return [...text.matchAll(/\$\{?([A-Za-z_]\w*)/g)].map((match) => match[1] ?? '');
    return name === type.type ? [field.variable] : [];
  });
}
