import { accessSync, constants, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import {
  defaultSeconds,
  type ManifestRead,
  namePattern,
  readManifest,
  type ToolManifest,
} from './manifest.ts';

/** Where tools are: the image's own, and what the container's owner mounted. */
export interface ToolPlaces {
  readonly image: string;
  readonly mounted: string;
}

export interface Tool {
  readonly name: string;
  readonly from: 'image' | 'mounted';
  /** Its folder, with no symlink in it. */
  readonly folder: string;
  /** The script, with no symlink in it. */
  readonly setup: string;
  readonly manifest: ToolManifest;
  /** Our own user could change the script, and so could the agent. */
  readonly writable: boolean;
}

export type ToolFound =
  | { readonly kind: 'tool'; readonly tool: Tool }
  | { readonly kind: 'twice'; readonly image: string; readonly mounted: string }
  | { readonly kind: 'broken'; readonly file: string; readonly detail: string; readonly expected: string };

/** Names of what is there, judged when it is used, and mounted folders whose name can be no tool's. */
export function listTools(places: ToolPlaces): { image: string[]; mounted: string[]; misnamed: string[] } {
  const mounted = folders(places.mounted);
  return {
    image: folders(places.image).filter((name) => namePattern.test(name)),
    mounted: mounted.filter((name) => namePattern.test(name)),
    // A ConfigMap keeps its files below `..data`.
    misnamed: mounted.filter((name) => !namePattern.test(name) && !name.startsWith('.')),
  };
}

/** One tool by its name, which `listTools` gave out. Reads its manifest; runs nothing. */
export function findTool(name: string, places: ToolPlaces, mayNotSee: (name: string) => boolean): ToolFound {
  const { image, mounted } = listTools(places);
  const paths = { image: join(places.image, name), mounted: join(places.mounted, name) };
  // Neither of the two would be what somebody meant.
  if (image.includes(name) && mounted.includes(name)) return { kind: 'twice', ...paths };
  const from = image.includes(name) ? 'image' : 'mounted';
  try {
    return { kind: 'tool', tool: open(name, from, places[from], mayNotSee) };
  } catch (error) {
    if (error instanceof Broken) return { kind: 'broken', ...error.what };
    throw error;
  }
}

class Broken extends Error {
  readonly what: { readonly file: string; readonly detail: string; readonly expected: string };

  constructor(file: string, detail: string, expected: string) {
    super(detail);
    this.what = { file, detail, expected };
  }
}

const largestScript = 1024 * 1024;
const largestManifest = 64 * 1024;

function open(name: string, from: Tool['from'], root: string, mayNotSee: (name: string) => boolean): Tool {
  const folder = join(root, name);
  const setup = inside(join(folder, 'setup.sh'), root, largestScript);
  if (!setup) throw new Broken(join(folder, 'setup.sh'), 'is missing', 'a script for bash');
  const manifest = inside(join(folder, 'tool.json'), root, largestManifest);
  return {
    name,
    from,
    folder: realpathSync(folder),
    setup,
    manifest: manifest ? manifestOf(join(folder, 'tool.json'), manifest, mayNotSee) : none,
    writable: from === 'mounted' && (isWritable(setup) || isWritable(realpathSync(folder))),
  };
}

function manifestOf(file: string, path: string, mayNotSee: (name: string) => boolean): ToolManifest {
  const read: ManifestRead = readManifest(readFileSync(path, 'utf8'), mayNotSee);
  if (read.kind === 'fault') throw new Broken(file, read.detail, read.expected);
  return read.manifest;
}

/**
 * The real path of a readable regular file that stays inside `root`. Symlinks within it are fine, since a ConfigMap
 * consists of them; one that leads out would let whoever can write the folder run or show any file of the container.
 */
function inside(file: string, root: string, largest: number): string | undefined {
  let path: string;
  try {
    path = realpathSync(file);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new Broken(file, `cannot be followed (${code})`, 'a regular file');
  }
  if (!path.startsWith(realpathSync(root) + sep)) {
    throw new Broken(file, `leads out of ${root}, to ${path}`, `a file inside ${root}`);
  }
  const stats = statSync(path);
  // A pipe would make us wait for ever.
  if (!stats.isFile()) throw new Broken(file, 'is no regular file', 'a regular file');
  if (stats.size > largest) throw new Broken(file, `has ${stats.size} bytes`, `at most ${largest}`);
  try {
    accessSync(path, constants.R_OK);
  } catch (error) {
    throw new Broken(file, `cannot be read (${codeOf(error)})`, `chmod a+rX for uid ${process.getuid?.()}`);
  }
  return path;
}

const none: ToolManifest = {
  title: '',
  description: '',
  commands: [],
  variables: {},
  seconds: defaultSeconds,
  services: [],
};

function folders(path: string): string[] {
  try {
    return readdirSync(path)
      .filter((name) => isFolder(join(path, name)))
      .sort();
  } catch {
    return [];
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false; // a symlink to nowhere, or to itself
  }
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown error';
}
