import type { Json, JsonObject } from '../../../runtimes/contract.ts';
import { type Problem, problem } from '../../errors/problem.ts';
import { shown } from '../../errors/wording.ts';
import type { Path } from '../path.ts';
import type { Place } from '../settings.ts';
import { type ChannelList, channelsOf, withChannels } from './channel-lists.ts';
import type { Document } from './document.ts';
import { isMap, type Layer, type Layered, layered } from './layers.ts';
import { commonKeys, type Form, found, keysOf, ownKeys, shapeFaults } from './schema.ts';
import { shapeProblem } from './shape-problem.ts';

/** What a file says of one instance, before its references are resolved. */
export interface InstanceSource {
  /** As CLAWDEN_INSTANCE names it; undefined: the only one, called like its runtime. */
  readonly id: string | undefined;
  readonly runtime: string | undefined;
  readonly at: Place;
  readonly layered: Layered;
}

export interface ProjectSource {
  readonly instances: readonly InstanceSource[];
  /** The file has `runtimes:`, so that an instance has to be chosen by its name. */
  readonly several: boolean;
  /** Of the file's shape as a whole; what is wrong inside one instance is found when it is read. */
  readonly problems: readonly Problem[];
}

/** The instances of a file, over the site defaults. One instance with the defaults alone when there is no file. */
export function instancesOf(document: Document | undefined, site: Document | undefined): ProjectSource {
  const problems: Problem[] = [];
  const siteLayers = site ? [layerOf(site, [], 'defaults', problems)] : [];
  const root = document?.value ?? {};
  if (!document) return { instances: [one(siteLayers)], several: false, problems };
  if (!isMap(root)) {
    const { where, frame } = document.place([]);
    const path = where.kind === 'file' ? where.file : '';
    const wrong = { path, detail: found(root), expected: 'a map, e.g. runtime: openclaw' };
    return {
      instances: [],
      several: false,
      problems: [...problems, problem('wrong-value', wrong, where, frame)],
    };
  }
  if (root['runtimes'] !== undefined && root['runtimes'] !== null)
    return several(document, root, siteLayers, problems);
  const layer = layerOf(document, [], 'single', problems);
  const written = layer.value['channels'];
  const list = Array.isArray(written) ? { written, definitions: {}, document, base: [] } : undefined;
  const source = one([layer, ...siteLayers], list && channelsOf(list, problems), list);
  return { instances: [source], several: false, problems };
}

function one(layers: readonly Layer[], channels?: JsonObject, list?: ChannelList): InstanceSource {
  const own = withChannels(layered(layers), channels, list);
  const { id, runtime } = own.value;
  return {
    id: typeof id === 'string' ? id : undefined,
    runtime: typeof runtime === 'string' ? runtime : undefined,
    at: own.keyPlace(['runtime']),
    layered: own,
  };
}

function several(
  document: Document,
  root: JsonObject,
  siteLayers: readonly Layer[],
  problems: Problem[],
): ProjectSource {
  const top = layerOf(document, [], 'several', problems);
  const shared: Layer = { ...top, value: only(top.value, commonKeys) };
  const definitions = isMap(root['channels']) ? root['channels'] : {};
  const entries: Json | undefined = root['runtimes'];
  if (!Array.isArray(entries)) return { instances: [], several: true, problems };
  const taken = new Map<string, string>();
  const names = Object.keys(definitions);
  const alone = names.length === 0 ? undefined : names;
  const instances = entries.flatMap((written: Json, index): readonly InstanceSource[] => {
    const base: Path = ['runtimes', index];
    const entry = typeof written === 'string' ? { name: written } : written;
    if (!isMap(entry)) {
      problems.push(...shapeFaults('entry', entry, base).map((fault) => shapeProblem(fault, [], document)));
      return [];
    }
    const renamed = { runtime: 'name' };
    const { value: own, doubtful = false } = layerOf(document, base, 'entry', problems, entry);
    const { name, ...others } = own;
    const value: JsonObject = name === undefined ? others : { runtime: name, ...others };
    // With several instances the usual variables of a channel say nothing of whose it is.
    const channels = others['channels'] ?? (entries.length === 1 ? alone : []);
    const mine: Layer = { document, base, value, renamed, doubtful };
    const definitionPlaces: Layer = { document, base: [], value: {} };
    const whole = layered([mine, shared, ...siteLayers], [definitionPlaces]);
    const id = typeof others['id'] === 'string' ? others['id'] : name;
    if (typeof id !== 'string') return [];
    const list = Array.isArray(channels)
      ? { written: channels, definitions, document, base, id, taken }
      : undefined;
    return [
      {
        id,
        runtime: typeof name === 'string' ? name : undefined,
        at: document.place(base),
        layered: withChannels(
          name === undefined ? { ...whole, broken: [['runtime']] } : whole,
          list && channelsOf(list, problems),
          list,
        ),
      },
    ];
  });
  checkIds(instances, problems);
  for (const name of names.filter((each) => !taken.has(each))) {
    const { where, frame } = document.keyPlace(['channels', name]);
    problems.push(problem('channel-unused', { channel: shown(name) }, where, frame));
  }
  return { instances, several: true, problems };
}

/** The known keys that stand at a place; unknown ones are written down. */
function layerOf(
  document: Document,
  base: Path,
  form: Form,
  problems: Problem[],
  written: Json | undefined = document.value,
): Layer {
  const root = isMap(written) ? written : {};
  const known = keysOf(form);
  const value = Object.fromEntries(
    Object.entries(root).filter(
      ([key, inner]) =>
        !(base.length === 0 && key.startsWith('x-')) && !(inner === null && known.includes(key)),
    ),
  );
  let doubtful = false;
  for (const fault of shapeFaults(form, value)) {
    if (fault.kind === 'wrong-value') {
      doubtful = true;
      // Of a whole file for one instance this is found with its references resolved; here a reference may stand for anything.
      if (form === 'single' || fault.detail.includes('$')) continue;
    } else if (form === 'several' && fault.path.length === 0 && ['runtime', ...ownKeys].includes(fault.key)) {
      const { where, frame } = document.keyPlace([fault.key]);
      problems.push(problem('misplaced-key', { key: fault.key }, where, frame));
      continue;
    }
    const moved = placesBelow(document, base);
    problems.push(
      shapeProblem(fault, fault.path.length === 0 ? known : ['type', 'api_key', 'base_url'], moved),
    );
  }
  return { document, base, value: only(value, known), doubtful };
}

function placesBelow(document: Document, base: Path): Pick<Document, 'place' | 'keyPlace'> {
  return {
    place: (path, hide) => document.place([...base, ...path], hide),
    keyPlace: (path) => document.keyPlace([...base, ...path]),
  };
}

/** What each is called is judged with its other values. */
function checkIds(instances: readonly InstanceSource[], problems: Problem[]): void {
  const seen = new Set<string>();
  for (const { id = '', at } of instances) {
    if (seen.has(id)) {
      const other = freeName(id, instances);
      problems.push(problem('instance-twice', { id, other }, at.where, at.frame));
    }
    seen.add(id);
  }
}

function freeName(id: string, instances: readonly InstanceSource[]): string {
  for (let number = 2; ; number++) {
    const name = `${id}-${number}`;
    if (instances.every((instance) => instance.id !== name)) return name;
  }
}

function only(value: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([key]) => keys.includes(key)));
}
