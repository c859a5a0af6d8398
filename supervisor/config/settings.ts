import type { Json, JsonObject } from '../../runtimes/contract.ts';
import type { Problem } from '../errors/problem.ts';
import type { Path } from './path.ts';
import type { ChannelType, NativeReference, Origin } from './types.ts';

/** Where to point at in an error. */
export interface Place {
  readonly where: Origin;
  /** Source line with a caret, for places in a file. */
  readonly frame?: string;
}

export interface Written<Value> {
  readonly value: Value;
  readonly at: Place;
  readonly secret?: boolean;
}

/** clawden.yaml with its shape checked and its references resolved; what it means is judged with the rest. */
export interface Settings {
  readonly id?: Written<string>;
  readonly runtime?: Written<string>;
  readonly provider?: Written<string>;
  readonly model?: Written<string>;
  readonly tools?: readonly Written<string>[];
  readonly expose?: Written<string>;
  /** For every channel that does not say it itself. */
  readonly allowFrom?: readonly Written<string>[];
  readonly relay?: Written<boolean>;
  readonly image?: Written<string>;
  readonly memory?: Written<string>;
  readonly cpus?: Written<string | number>;
  readonly workspace?: Written<string>;
  readonly env: ReadonlyMap<string, Written<string>>;
  readonly providers: readonly WrittenProvider[];
  readonly channels?: readonly WrittenChannel[];
  readonly port?: Written<Json>;
  readonly logLevel?: Written<Json>;
  readonly native: JsonObject;
  readonly nativeReferences: readonly NativeReference[];
  /** Names of the variables that references brought in. */
  readonly references: readonly string[];
  /** Texts with references as they are written, by path. */
  readonly written: ReadonlyMap<string, string>;
  /** Secrets brought by references. */
  readonly secrets: ReadonlySet<string>;
  readonly place: (path: Path, hide?: boolean) => Place;
  readonly keyPlace: (path: Path) => Place;
  /** A problem about this path, or about all of the file, is already listed: what seems absent may be there. */
  readonly isBroken: (path: Path) => boolean;
}

export interface WrittenProvider {
  readonly name: string;
  readonly at: Place;
  readonly type?: Written<string>;
  /** As written, its references not resolved. */
  readonly address?: Written<string>;
  /** Resolves its references. */
  readonly open: () => OpenedProvider;
}

export interface OpenedProvider {
  readonly apiKey: Written<string> | undefined;
  readonly baseUrl: Written<string> | undefined;
  readonly references: readonly string[];
  readonly written: ReadonlyMap<string, string>;
  readonly problems: readonly Problem[];
}

export interface WrittenChannel {
  readonly name: string;
  readonly type: ChannelType;
  readonly at: Place;
  /** By field; lists have several entries. */
  readonly fields: ReadonlyMap<string, readonly Written<string>[]>;
  readonly relay?: Written<boolean>;
}

export interface SettingsRead {
  readonly settings: Settings;
  readonly problems: readonly Problem[];
}

/** Without a file. `unknown`: there is one that could not be read. */
export function noSettings(unknown = false): Settings {
  const place = (): Place => ({ where: { kind: 'default' } });
  return {
    env: new Map(),
    providers: [],
    native: {},
    nativeReferences: [],
    references: [],
    written: new Map(),
    secrets: new Set(),
    place,
    keyPlace: place,
    isBroken: () => unknown,
  };
}
