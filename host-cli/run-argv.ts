import { createHmac } from 'node:crypto';
import { labels } from './engine-records.ts';
import { bindMount } from './mounts.ts';

/** All that decides what a container will be. Secret values stand only in `variables`. */
export interface RunSettings {
  readonly projectId: string;
  readonly instance: string;
  readonly runtime: string;
  readonly image: string;
  readonly imageId: string;
  readonly version: string;
  readonly variables: ReadonlyMap<string, string>;
  readonly file: { readonly path: string; readonly text: string } | undefined;
  readonly memory: string;
  readonly stopTimeout: number;
  readonly containerPort: number;
  /** Written with --port; undefined: the container's port, or the next free one. */
  readonly wantedPort: number | undefined;
  /** What the image gets after its name. */
  readonly arguments: readonly string[];
  readonly hostGateway: boolean;
}

export function containerName(settings: Pick<RunSettings, 'projectId' | 'instance'>): string {
  return `clawden-${settings.projectId}-${settings.instance}`;
}

/** `docker run` of an instance that lives on by itself. */
export function instanceArgv(settings: RunSettings, hostPort: number, hash: string): readonly string[] {
  return [
    ...['run', '--detach', '--name', containerName(settings)],
    // A container that ends says so and stays until its log was read: never together with --rm.
    ...['--restart', 'no'],
    ...['--stop-timeout', String(settings.stopTimeout)],
    ...['--publish', `127.0.0.1:${hostPort}:${settings.containerPort}`],
    ...label(labels.project, settings.projectId),
    ...label(labels.instance, settings.instance),
    ...label(labels.runtime, settings.runtime),
    ...label(labels.version, settings.version),
    ...label(labels.settings, hash),
    ...common(settings),
  ];
}

/** `docker run` of one command in the foreground; it goes when it ends, and no list of ours shows it. */
export function onceArgv(settings: RunSettings, terminal: boolean): readonly string[] {
  return [
    ...['run', '--rm', '--interactive', ...(terminal ? ['--tty'] : [])],
    ...['--stop-timeout', String(settings.stopTimeout)],
    ...label(labels.project, settings.projectId),
    ...label(labels.version, settings.version),
    ...common(settings),
  ];
}

/**
 * Tells settings apart. Keyed with the project's token: the label that holds it is readable by everyone who may
 * ask the engine, and a plain hash of a short secret can be guessed.
 */
export function settingsHash(settings: RunSettings, token: string): string {
  const { variables, ...rest } = settings;
  const text = JSON.stringify({ ...rest, variables: [...variables].sort() });
  return createHmac('sha256', token).update(text).digest('hex').slice(0, 16);
}

function common(settings: RunSettings): string[] {
  const volume = containerName(settings);
  return [
    ...['--pull', 'never'],
    // The rights that the image was made for: see "Rights" of the image contract.
    ...['--read-only', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'],
    // exec: agents run what they just wrote to /tmp, as they can in the workspace anyway.
    ...['--tmpfs', '/tmp:rw,exec,nosuid,nodev,mode=1777,size=1g'],
    ...['--tmpfs', '/run/clawden:rw,noexec,nosuid,nodev,mode=1777,size=64m'],
    ...['--pids-limit', '2048', '--memory', settings.memory],
    ...['--volume', `${volume}-state:/home/clawden/state`],
    ...['--volume', `${volume}-workspace:/home/clawden/workspace`],
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
