import { createHmac } from 'node:crypto';
import { labels } from './engine-records.ts';
import { bindMount } from './mounts.ts';
import type { Project } from './project.ts';

/** All that decides what a container will be. Secret values stand only in `variables`. */
export interface RunSettings {
  readonly project: Project;
  readonly instance: string;
  readonly runtime: string;
  /** Hash of what its configuration comes to. */
  readonly plan: string;
  readonly image: string;
  readonly imageId: string;
  readonly version: string;
  readonly variables: ReadonlyMap<string, string>;
  /** The copy of clawden.yaml that it reads, and its text. */
  readonly file: { readonly path: string; readonly text: string } | undefined;
  /** Options of the engine for folders of this machine and for the user inside. */
  readonly folders: readonly string[];
  /** Folder of this machine that it shares with its agent. */
  readonly workspace: string;
  /** `<type>:<hash of the token>` of every account that it holds. */
  readonly accounts: readonly string[];
  readonly memory: string;
  readonly cpus: string | undefined;
  /** What the engine does when it ends by itself. */
  readonly restart: 'no' | 'unless-stopped';
  readonly stopTimeout: number;
  readonly containerPort: number;
  /** Told by the user; undefined: the container's port, or the next free one. */
  readonly wantedPort: number | undefined;
  /** What the image gets after its name. */
  readonly arguments: readonly string[];
  readonly hostGateway: boolean;
}

export function containerName(settings: Pick<RunSettings, 'project' | 'instance'>): string {
  return `clawden-${settings.project.id}-${settings.instance}`;
}

/** Where its runtime keeps what it remembers; outlives the container. */
export function stateVolume(container: string): string {
  return `${container}-state`;
}

/** `docker run` of an instance that lives on by itself. `restart`: another policy while its start is watched. */
export function instanceArgv(
  settings: RunSettings,
  hostPort: number,
  hash: string,
  restart: RunSettings['restart'] = settings.restart,
): readonly string[] {
  return [
    ...['run', '--detach', '--name', containerName(settings)],
    // A container that ends stays until its log was read: never together with --rm.
    ...['--restart', restart],
    ...['--stop-timeout', String(settings.stopTimeout)],
    ...['--publish', `127.0.0.1:${hostPort}:${settings.containerPort}`],
    ...label(labels.project, settings.project.id),
    ...label(labels.instance, settings.instance),
    ...label(labels.runtime, settings.runtime),
    ...label(labels.version, settings.version),
    ...label(labels.settings, hash),
    ...label(labels.directory, settings.project.directory),
    ...label(labels.accounts, settings.accounts.join(',')),
    ...common(settings),
  ];
}

/** `docker run` of one command in the foreground; it goes when it ends, and no list of ours shows it. */
export function onceArgv(settings: RunSettings, terminal: boolean): readonly string[] {
  return [
    ...['run', '--rm', '--interactive', ...(terminal ? ['--tty'] : [])],
    ...['--stop-timeout', String(settings.stopTimeout)],
    ...label(labels.project, settings.project.id),
    ...label(labels.version, settings.version),
    ...common(settings),
  ];
}

/**
 * Tells settings apart. Keyed with the project's token: the label that holds it is readable by everyone who may
 * ask the engine, and a plain hash of a short secret can be guessed.
 */
export function settingsHash(settings: RunSettings, token: string): string {
  const { variables, file, project, ...rest } = settings;
  // Not the file's text: what it comes to for this instance is in `plan`.
  const text = JSON.stringify({
    ...rest,
    file: file?.path,
    project: project.id,
    variables: [...variables].sort(),
  });
  return createHmac('sha256', token).update(text).digest('hex').slice(0, 16);
}

function common(settings: RunSettings): string[] {
  return [
    ...['--pull', 'never'],
    // The rights that the image was made for: see "Rights" of the image contract.
    ...['--read-only', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'],
    // exec: agents run what they just wrote to /tmp, as they can in the workspace anyway.
    ...['--tmpfs', '/tmp:rw,exec,nosuid,nodev,mode=1777,size=1g'],
    ...['--tmpfs', '/run/clawden:rw,noexec,nosuid,nodev,mode=1777,size=64m'],
    ...['--pids-limit', '2048', '--memory', settings.memory],
    ...(settings.cpus === undefined ? [] : ['--cpus', settings.cpus]),
    ...['--volume', `${stateVolume(containerName(settings))}:/home/clawden/state`],
    ...settings.folders,
    ...(settings.file ? bindMount(settings.file.path, '/etc/clawden/clawden.yaml', 'read-only') : []),
    ...(settings.hostGateway ? ['--add-host', 'host.docker.internal:host-gateway'] : []),
    // By name: the engine's command reads the value from its own environment.
    ...[...settings.variables.keys()].sort().flatMap((name) => ['--env', name]),
    settings.image,
    ...settings.arguments,
  ];
}

function label(name: string, value: string): string[] {
  return ['--label', `${name}=${value}`];
}
