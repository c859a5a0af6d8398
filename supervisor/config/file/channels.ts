import type { Json, JsonObject } from '../../../runtimes/contract.ts';
import { channelTypes } from '../../channels/fields.ts';
import { type Problem, problem } from '../../errors/problem.ts';
import { near, shown } from '../../errors/wording.ts';
import { keyOf, type Path, pathText } from '../path.ts';
import type { Written, WrittenChannel } from '../settings.ts';
import type { ChannelField, ChannelType } from '../types.ts';
import { isMap, type Layered } from './layers.ts';
import { literalProblem } from './literal.ts';
import { type Resolution, suggestedName } from './resolve.ts';
import { channelFaults, found } from './schema.ts';
import { shapeProblem } from './shape-problem.ts';

export interface ChannelsRead {
  readonly channels: readonly WrittenChannel[];
  readonly problems: readonly Problem[];
}

/** The entries under `channels:`, each checked against the fields of its type. */
export function readChannels(entries: JsonObject, document: Layered, resolution: Resolution): ChannelsRead {
  const problems: Problem[] = [];
  const channels = Object.entries(entries).flatMap(([name, written]): readonly WrittenChannel[] => {
    const path = ['channels', name];
    const type = typeOf(name, written ?? {}, path, document, resolution, problems);
    if (!type) return [];
    const known = ['type', 'relay', ...type.fields.map((field) => field.name)];
    const value = isMap(written) ? withoutEmpty(written, known) : {};
    const faults = channelFaults(type, value, path);
    for (const fault of faults) {
      if (resolution.broken.has(keyOf(fault.path))) continue;
      problems.push(shapeProblem(fault, known, document));
      if (fault.kind === 'wrong-value') resolution.broken.add(keyOf(fault.path.slice(0, 3)));
    }
    const fields = new Map<string, readonly Written<string>[]>();
    for (const field of type.fields) {
      const below = [...path, field.name];
      const text = value[field.name];
      if (text === undefined || resolution.broken.has(keyOf(below))) continue;
      if (field.secret && !resolution.referred.has(keyOf(below)))
        problems.push(literal(name, type, field, document));
      fields.set(field.name, items(text, below, document, resolution));
    }
    const relay = value['relay'];
    const wish =
      typeof relay === 'boolean' ? { relay: { value: relay, at: document.place([...path, 'relay']) } } : {};
    return [{ name, type, at: document.keyPlace(path), fields, ...wish }];
  });
  return { channels, problems };
}

/** `token:` without a value is as good as absent; an unknown key is not, and is reported. */
function withoutEmpty(entry: JsonObject, known: readonly string[]): JsonObject {
  return Object.fromEntries(
    Object.entries(entry).filter(([key, value]) => value !== null || !known.includes(key)),
  );
}

function typeOf(
  name: string,
  value: Json,
  path: Path,
  document: Layered,
  resolution: Resolution,
  problems: Problem[],
): ChannelType | undefined {
  const wrong = (detail: string, expected: string, place = document.place(path)): undefined => {
    problems.push(
      problem('wrong-value', { path: pathText(path), detail, expected }, place.where, place.frame),
    );
    resolution.broken.add(keyOf(path));
  };
  if (typeof value !== 'object' || Array.isArray(value)) {
    return wrong(found(value, true), 'a map, e.g. { token: $TELEGRAM_BOT_TOKEN }');
  }
  if (!/^[a-z][a-z0-9_-]{0,39}$/.test(name)) {
    return wrong('is no name', 'letters a-z, digits, - and _, at most 40', document.keyPlace(path));
  }
  const written = (value as JsonObject)['type'];
  if (resolution.broken.has(keyOf([...path, 'type']))) return undefined;
  const wanted = typeof written === 'string' ? written : name;
  const type = channelTypes.find((candidate) => candidate.type === wanted);
  if (type) return type;
  const known = channelTypes.map((candidate) => candidate.type);
  const place = typeof written === 'string' ? document.place([...path, 'type']) : document.keyPlace(path);
  problems.push(
    problem(
      'unknown-channel',
      { name: shown(wanted), near: near(wanted, known), known: known.join(', ') },
      place.where,
      place.frame,
    ),
  );
  resolution.broken.add(keyOf(path));
  return undefined;
}

function literal(name: string, type: ChannelType, field: ChannelField, document: Layered): Problem {
  const path = ['channels', name, field.name];
  return literalProblem(path, name === type.type ? field.variable : suggestedName(path), document);
}

function items(
  value: Json,
  path: Path,
  document: Layered,
  resolution: Resolution,
): readonly Written<string>[] {
  const list = Array.isArray(value)
    ? value.map((item, index) => ({ item, at: [...path, index] }))
    : [{ item: value, at: path }];
  return list
    .filter(({ at }) => !resolution.broken.has(keyOf(at)))
    .map(({ item, at }) => ({
      value: String(item),
      at: document.place(at),
      ...(resolution.secret.has(keyOf(at)) ? { secret: true } : {}),
    }));
}
