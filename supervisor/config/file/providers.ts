import type { JsonObject } from '../../../runtimes/contract.ts';
import type { Path } from '../path.ts';
import type { WrittenProvider } from '../settings.ts';
import type { Variables } from '../types.ts';
import { isMap, type Layered } from './layers.ts';
import { emptyResolution, resolver } from './resolve.ts';

/**
 * The entries under `providers:`. Their references are resolved when one is chosen: a file may list providers whose
 * keys only other instances have.
 */
export function readProviders(
  entries: JsonObject,
  document: Layered,
  variables: Variables,
  isBroken: (path: Path) => boolean,
): readonly WrittenProvider[] {
  return Object.entries(entries).flatMap(([name, written]): readonly WrittenProvider[] => {
    const path = ['providers', name];
    if (!isMap(written) || isBroken(path)) return [];
    const address = written['base_url'];
    const type = typeof written['type'] === 'string' ? written['type'] : undefined;
    return [
      {
        name,
        at: document.keyPlace(path),
        ...(type === undefined ? {} : { type: { value: type, at: document.place([...path, 'type']) } }),
        ...(typeof address === 'string'
          ? { address: { value: address, at: document.place([...path, 'base_url']) } }
          : {}),
        open: () => {
          const resolution = emptyResolution();
          const values = resolver(document, variables, resolution)(written, path) as JsonObject;
          const read = (key: string) => {
            const value = values[key];
            if (typeof value !== 'string' || resolution.problems.length > 0) return undefined;
            return { value, at: document.place([...path, key]) };
          };
          return {
            apiKey: read('api_key'),
            baseUrl: read('base_url'),
            references: [...resolution.names],
            written: resolution.written,
            problems: resolution.problems,
          };
        },
      },
    ];
  });
}
