import type { Json, JsonObject } from '../../../runtimes/contract.ts';
import { channelTypes } from '../../channels/fields.ts';
import type { ErrorCode } from '../../errors/catalogue.ts';
import { type Problem, problem } from '../../errors/problem.ts';
import { near, shown } from '../../errors/wording.ts';
import type { Path } from '../path.ts';
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

const types = channelTypes.map(({ type }) => type);

/** The channels that a list names: those defined at the top, or types whose usual variables say all. */
export function channelsOf(list: ChannelList, problems: Problem[]): JsonObject {
  const { written, definitions, document, base, id = '', taken = new Map<string, string>() } = list;
  const channels: Record<string, Json> = {};
  for (const [index, name] of written.entries()) {
    const report = (code: ErrorCode, parameters: Readonly<Record<string, string>>): void => {
      const { where, frame } = document.place([...base, 'channels', index]);
      problems.push(problem(code, parameters, where, frame));
    };
    const refuse = (detail: string, expected: string): void =>
      report('wrong-value', { path: `channels[${index}]`, detail, expected });
    if (typeof name !== 'string') refuse(found(name), 'the name of a channel, e.g. telegram');
    else if (Object.hasOwn(channels, name)) refuse(`names "${shown(name)}" again`, 'each channel once');
    else if (Object.hasOwn(definitions, name)) {
      const first = taken.get(name);
      if (first === undefined) {
        taken.set(name, id);
        channels[name] = definitions[name] ?? {};
      } else report('channel-shared', { channel: shown(name), first, second: id });
    } else if (types.includes(name)) channels[name] = {};
    else {
      const known = [...new Set([...Object.keys(definitions), ...types])];
      report('unknown-channel-name', { name: shown(name), near: near(name, known), known: known.join(', ') });
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
