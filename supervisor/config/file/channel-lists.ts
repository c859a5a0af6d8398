import type { Json, JsonObject } from '../../../runtimes/contract.ts';
import { channelTypes } from '../../channels/fields.ts';
import { type Problem, problem } from '../../errors/problem.ts';
import { near, shown } from '../../errors/wording.ts';
import type { Path } from '../path.ts';
import type { Place } from '../settings.ts';
import type { Document } from './document.ts';
import type { Layered } from './layers.ts';
import { found } from './schema.ts';

export interface ChannelList {
  readonly written: readonly Json[];
  /** Channels at the top of a file with several instances. */
  readonly definitions: JsonObject;
  readonly document: Document;
  /** Of what the list stands in. */
  readonly base: Path;
  readonly id?: string;
  /** Which instance each definition went to: an account has one reader. */
  readonly taken?: Map<string, string>;
}

/** The channels that a list names: those defined at the top, or types whose usual variables say all. */
export function channelsOf(list: ChannelList, problems: Problem[]): JsonObject {
  const { written, definitions, document, base, id = '', taken = new Map<string, string>() } = list;
  const types = channelTypes.map(({ type }) => type);
  const channels: Record<string, Json> = {};
  for (const [index, name] of written.entries()) {
    const at = (): Place => document.place([...base, 'channels', index]);
    const refuse = (detail: string, expected: string): void => {
      const { where, frame } = at();
      problems.push(problem('wrong-value', { path: `channels[${index}]`, detail, expected }, where, frame));
    };
    if (typeof name !== 'string') refuse(found(name), 'the name of a channel, e.g. telegram');
    else if (Object.hasOwn(channels, name)) refuse(`names "${shown(name)}" again`, 'each channel once');
    else if (Object.hasOwn(definitions, name)) {
      const first = taken.get(name);
      if (first === undefined) {
        taken.set(name, id);
        channels[name] = definitions[name] ?? {};
      } else {
        const { where, frame } = at();
        problems.push(problem('channel-shared', { channel: shown(name), first, second: id }, where, frame));
      }
    } else if (types.includes(name)) channels[name] = {};
    else {
      const known = [...new Set([...Object.keys(definitions), ...types])];
      const { where, frame } = at();
      const names = { name: shown(name), near: near(name, known), known: known.join(', ') };
      problems.push(problem('unknown-channel-name', names, where, frame));
    }
  }
  return channels;
}

/** Puts the channels of a list in its place; what is written nowhere else is shown where the list names it. */
export function withChannels(
  whole: Layered,
  channels: JsonObject | undefined,
  list: ChannelList | undefined,
): Layered {
  if (!channels || !list) return whole;
  const inList = (path: Path): Path => {
    const [key, name] = path;
    if (key !== 'channels' || typeof name !== 'string' || Object.hasOwn(list.definitions, name)) return path;
    const index = list.written.indexOf(name);
    return index < 0 ? path : ['channels', index];
  };
  return {
    ...whole,
    value: { ...whole.value, channels },
    place: (path, hide) => whole.place(inList(path), hide),
    keyPlace: (path) => whole.keyPlace(inList(path)),
  };
}
