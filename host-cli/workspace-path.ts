import { realpathSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { CliError } from './errors.ts';

/** What decides where an instance's workspace is. All folders absolute. */
export interface WorkspacePlace {
  readonly instance: string;
  /** The project has this instance only. */
  readonly alone: boolean;
  /** It was called so by `run --name`, beside whatever else the project has. */
  readonly named?: boolean;
  /** `workspace:` as it is written, references resolved. */
  readonly written: string | undefined;
  readonly projectDirectory: string;
  /** Where clawden.yaml lies. */
  readonly fileDirectory: string;
  readonly home: string;
}

/** The folder's absolute path: as written, else `workspace` of the project, `workspace/<id>` where there are several, `workspace-<id>` by `--name`. */
export function workspacePath(place: WorkspacePlace): string {
  const path = written(place) ?? usual(place);
  const reason = refusal(path, place) ?? refusal(real(path), { ...place, home: real(place.home) });
  if (reason === undefined) return path;
  throw new CliError('workspace-refused', { path, reason, instead: `./${usualName(place)}` });
}

function written({ written: text, fileDirectory, home }: WorkspacePlace): string | undefined {
  if (text === undefined) return undefined;
  if (text === '~' || text.startsWith('~/')) return resolve(home, `.${text.slice(1)}`);
  return resolve(fileDirectory, text);
}

function usual(place: WorkspacePlace): string {
  return join(place.projectDirectory, usualName(place));
}

function usualName({ instance, alone, named }: WorkspacePlace): string {
  // Not in `workspace`: that may be the whole of another one's.
  if (named) return `workspace-${instance}`;
  return alone ? 'workspace' : join('workspace', instance);
}

/** Whoever may write anywhere in there owns the machine. */
const system = ['bin', 'boot', 'dev', 'etc', 'lib', 'lib64', 'proc', 'sbin', 'sys'].concat(
  ['bin', 'lib', 'lib64', 'libexec', 'local/bin', 'local/sbin', 'sbin'].map((name) => `usr/${name}`),
);
/** What lies in there may be anybody's project. */
const everybodys = [
  'home',
  'media',
  'mnt',
  'opt',
  'root',
  'run',
  'srv',
  'tmp',
  'usr',
  'usr/local',
  'var',
  'Users',
];

function refusal(
  path: string,
  { home, projectDirectory, fileDirectory }: WorkspacePlace,
): string | undefined {
  if (path === dirname(path)) return 'the agent could change the whole machine';
  if (system.some((name) => isIn(path, `/${name}`)))
    return 'a folder of the system; the agent could take over the machine';
  if (everybodys.some((name) => path === `/${name}`))
    return 'the files of everybody on this machine lie in it';
  if (isIn(home, path)) return 'your home lies in it, with your keys and the start-up files of your shell';
  if (isIn(path, join(home, '.clawden'))) return 'what lies there is given to every agent at its start';
  for (const folder of [projectDirectory, fileDirectory]) {
    if (isIn(folder, path)) return 'clawden.yaml and .env lie in it, and the agent would read your keys';
    if (isIn(path, join(folder, '.clawden'))) return "the project's token lies there";
  }
  return undefined;
}

/** One of two folders lies within the other, by its name or where links lead; the same one twice does not. */
export function areNested(one: string, other: string): boolean {
  const within = (inner: string, outer: string): boolean => inner !== outer && isIn(inner, outer);
  return [[one, other] as const, [real(one), real(other)] as const].some(
    ([a, b]) => within(a, b) || within(b, a),
  );
}

function isIn(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

/** With every symlink resolved as far as the path exists. */
function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path === dirname(path) ? path : join(real(dirname(path)), basename(path));
  }
}
