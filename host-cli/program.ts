import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** How this command was typed, so that a line we tell the user to type works as it stands. */
export function program(
  environment: NodeJS.ProcessEnv = process.env,
  script = process.argv[1] ?? '',
): string {
  if (environment.npm_command === 'exec') return 'npx clawden';
  if (basename(script) === 'clawden' || script === '') return 'clawden';
  const path = relative(process.cwd(), script);
  return `node ${path.startsWith('..') ? script : path}`;
}

/** Version of the package that this file is part of, as sources and as a bundle alike. */
export function version(): string {
  const home = packageDirectory(dirname(fileURLToPath(import.meta.url)));
  return home === undefined ? '0.0.0' : manifest(home).version;
}

/** A checkout of this project at or above one of the places: there the image can be built. */
export function checkout(...places: readonly string[]): string | undefined {
  for (const place of [dirname(fileURLToPath(import.meta.url)), ...places]) {
    const found = packageDirectory(place);
    if (found !== undefined && existsSync(join(found, 'Dockerfile'))) return found;
  }
  return undefined;
}

function packageDirectory(start: string): string | undefined {
  for (let directory = start; ; directory = dirname(directory)) {
    if (existsSync(join(directory, 'package.json')) && manifest(directory).name === 'clawden')
      return directory;
    if (dirname(directory) === directory) return undefined;
  }
}

function manifest(directory: string): { readonly name: string; readonly version: string } {
  try {
    const parsed: unknown = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
    const { name, version } = Object(parsed) as { name?: unknown; version?: unknown };
    return { name: String(name), version: String(version) };
  } catch {
    return { name: '', version: '0.0.0' };
  }
}
