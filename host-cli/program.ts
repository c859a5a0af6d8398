import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { quoted as shellQuoted } from './mounts.ts';

let project = '';

/** Which project was named, as typed: the lines that we tell the user to type must name it too. */
export function nameProject(file: string | undefined, directory: string | undefined): void {
  const words = [...(file ? ['-f', file] : []), ...(directory ? ['--project-directory', directory] : [])];
  project = words.map((word) => ` ${quoted(word)}`).join('');
}

/**
 * How this command was typed, so that a line we tell the user to type works as it stands. A package that is installed
 * in a folder is not in PATH: npx finds it there.
 */
export function program(
  environment: NodeJS.ProcessEnv = process.env,
  script = process.argv[1] ?? '',
): string {
  return command(environment, script) + project;
}

/** The same for a line that is about another project: naming both is refused. */
export function bareProgram(): string {
  return command(process.env, process.argv[1] ?? '');
}

function command(environment: NodeJS.ProcessEnv, script: string): string {
  if (environment.npm_command === 'exec') return 'npx clawden';
  // A shim of Windows names the file in the package, a link elsewhere itself.
  if (/[\\/]node_modules[\\/](\.bin|clawden)[\\/]/.test(script)) return 'npx clawden';
  if (basename(script) === 'clawden' || script === '') return 'clawden';
  const path = relative(process.cwd(), script);
  return `node ${quoted(path.startsWith('..') ? script : path)}`;
}

function quoted(path: string): string {
  // cmd knows no single quotes; between double ones every other shell would still run what stands in $(…).
  if (process.platform !== 'win32') return shellQuoted(path);
  return /[^\w./:\\@+-]/.test(path) ? `"${path}"` : path;
}

/** The checkout that this command is of: there the image can be built, and the engine installed. */
export function checkout(): string | undefined {
  return checkoutAbove(dirname(fileURLToPath(import.meta.url)));
}

/** What looks like a checkout of this project at or above a place. */
export function checkoutAbove(place: string): string | undefined {
  const found = packageDirectory(place);
  return found !== undefined && existsSync(join(found, 'Dockerfile')) ? found : undefined;
}

function packageDirectory(start: string): string | undefined {
  for (let directory = start; ; directory = dirname(directory)) {
    if (packageName(directory) === 'clawden') return directory;
    if (dirname(directory) === directory) return undefined;
  }
}

function packageName(directory: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
    return String((Object(parsed) as { name?: unknown }).name);
  } catch {
    return undefined;
  }
}
