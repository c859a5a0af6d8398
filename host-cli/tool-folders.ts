import { readdirSync, readFileSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { namePattern } from '../supervisor/tools/manifest.ts';
import { CliError } from './errors.ts';
import { bindMount, quoted } from './mounts.ts';
import { nearest } from './nearest.ts';

/** Tools of the caller's own, one folder each; the contract of their files is in docs/tools.md. */
export interface ToolFolders {
  readonly home: string;
  /** Tools that the image has. */
  readonly image: readonly string[];
}

/** Words of `docker run` that mount the named tools which the image does not have, read-only. */
export function toolMounts(names: readonly string[], folders: ToolFolders): readonly string[] {
  return [...new Set(names)].flatMap((name) => {
    const folder = join(root(folders.home), name);
    const mine = toolFolders(folders.home).includes(name);
    if (!mine && folders.image.includes(name)) return [];
    if (!mine) throw missing(name, folder, folders);
    // As in the image: neither of the two would be what somebody meant.
    if (folders.image.includes(name))
      throw new CliError('tool-twice', { name, folder, quoted: quoted(folder) });
    check(name, folder);
    return bindMount(folder, `/etc/clawden/tools/${name}`, 'read-only');
  });
}

/** Names of the folders in ~/.clawden/tools: with the image's own they are what a plan may name. */
export function toolFolders(home: string): readonly string[] {
  return entries(root(home)).filter(
    (name) => namePattern.test(name) && stats(join(root(home), name))?.isDirectory(),
  );
}

/** Names of the variables that a folder's tool.json lists; the image judges the file. */
export function folderVariables(home: string): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    toolFolders(home).map((name) => [name, variablesIn(join(root(home), name, 'tool.json'))]),
  );
}

function variablesIn(file: string): readonly string[] {
  try {
    const { variables } = Object(JSON.parse(readFileSync(file, 'utf8'))) as { variables?: unknown };
    return Object.keys(Object(variables));
  } catch {
    return [];
  }
}

function root(home: string): string {
  return join(home, '.clawden', 'tools');
}

function missing(name: string, folder: string, { home, image }: ToolFolders): CliError {
  const own = toolFolders(home);
  return new CliError('tool-missing', {
    name,
    folder: root(home),
    image: image.join(', ') || 'none',
    mine: own.length > 0 ? ` (${own.join(', ')})` : '',
    near: nearest(name, [...image, ...own]),
    quoted: quoted(folder),
  });
}

function check(name: string, folder: string): void {
  const setup = join(folder, 'setup.sh');
  const found = entries(folder);
  if (!stats(setup)?.isFile()) {
    const near = nearest('setup.sh', found);
    throw new CliError('tool-without-setup', {
      name,
      folder,
      near,
      found: found.join(', ') || 'nothing',
      quoted: quoted(setup),
    });
  }
  for (const file of [folder, setup]) {
    // Its user is another one than the caller, and in the caller's group at best.
    if (((stats(file)?.mode ?? 0) & 0o044) === 0)
      throw new CliError('tool-closed', { name, file, quoted: quoted(folder) });
  }
}

function entries(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

/** Of what a symlink leads to; undefined where it leads nowhere. */
function stats(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false });
}
