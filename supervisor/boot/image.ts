import { readdirSync, readFileSync } from 'node:fs';

/** What the build left in the image about one runtime. */
export interface RuntimeManifest {
  readonly name: string;
  readonly version: string;
  readonly plugins: readonly string[];
}

/** Reads `<root>/runtimes/<name>/manifest.json`; a folder without one does not count as present. */
export function presentRuntimes(root: string): readonly RuntimeManifest[] {
  return folders(`${root}/runtimes`).flatMap((name) => {
    try {
      const manifest = JSON.parse(
        readFileSync(`${root}/runtimes/${name}/manifest.json`, 'utf8'),
      ) as Partial<RuntimeManifest>;
      return [{ name, version: manifest.version ?? 'unknown', plugins: manifest.plugins ?? [] }];
    } catch {
      return [];
    }
  });
}

function folders(path: string): string[] {
  try {
    return readdirSync(path).sort();
  } catch {
    return [];
  }
}
