import { WORKSPACE } from './mounts.ts';

/** A container of ours as the engine reports it. */
export interface Container {
  readonly id: string;
  readonly name: string;
  readonly instance: string;
  readonly runtime: string;
  /** Hash of the settings it was started with. */
  readonly settings: string;
  readonly running: boolean;
  readonly exitCode: number;
  readonly outOfMemory: boolean;
  /** Port on this machine; undefined while it does not run. */
  readonly port: number | undefined;
  /** Port inside, and the one on this machine that it was made with. */
  readonly binding: { readonly inside: number; readonly host: number } | undefined;
  /** `no`, `unless-stopped`, … */
  readonly restart: string;
  /** Directory of its project; empty for one started by an older version. */
  readonly directory: string;
  /** Accounts that it holds while it runs: `<type>:<hash of the token>`. */
  readonly accounts: readonly string[];
  /** Folder of this machine that its agent may write; undefined where it is a volume. */
  readonly workspace: string | undefined;
  readonly stopTimeout: number;
  readonly life: Life;
}

/** What the engine knows of a container's course. */
export interface Life {
  /** `created`, `running`, `paused`, `restarting`, `removing`, `exited` or `dead`. */
  readonly status: string;
  /** ISO 8601 by the engine's clock, of its last start and its last end; undefined where there was none. */
  readonly startedAt: string | undefined;
  readonly endedAt: string | undefined;
  /** Starts by the engine's own restart policy. */
  readonly restarts: number;
  /** Why the engine could not start it. */
  readonly error: string | undefined;
  /** The runtime's version as the image's label says. */
  readonly runtimeVersion: string | undefined;
  readonly check: HealthCheck | undefined;
}

/** The last HEALTHCHECK. The image's own prints the body of /health. */
export interface HealthCheck {
  readonly status: string;
  readonly output: string;
  readonly at: string | undefined;
}

export interface Image {
  readonly id: string;
  readonly labels: Readonly<Record<string, string>>;
}

export const labels = {
  project: 'io.clawden.project',
  instance: 'io.clawden.instance',
  runtime: 'io.clawden.runtime',
  version: 'io.clawden.version',
  settings: 'io.clawden.settings',
  directory: 'io.clawden.directory',
  accounts: 'io.clawden.accounts',
} as const;

/** Seconds; longer than any runtime's own stop budget that is known so far. */
export const FALLBACK_STOP_TIMEOUT = 345;

/** A running container and its port on this machine. */
export interface ListedPort {
  readonly id: string;
  readonly port: number;
}

/** `ps --format`, read by `parseListing`. */
export const LISTING = '{{.ID}}\t{{.State}}\t{{.Ports}}';

/** One container a line; the port only where it runs. */
export function parseListing(text: string): readonly (Omit<ListedPort, 'port'> & Partial<ListedPort>)[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [id = '', state, ports = ''] = line.split('\t');
      const port = /:(\d+)->/.exec(ports)?.[1];
      return state === 'running' && port !== undefined ? { id, port: Number(port) } : { id };
    });
}

/** Reads the JSON array of `container inspect`. */
export function parseContainers(json: string): readonly Container[] {
  return array(JSON.parse(json)).map((record) => {
    const config = object(record.Config);
    const state = object(record.State);
    const host = object(record.HostConfig);
    const own = strings(config.Labels);
    return {
      id: String(record.Id),
      name: String(record.Name).replace(/^\//, ''),
      instance: own[labels.instance] ?? '',
      runtime: own[labels.runtime] ?? '',
      settings: own[labels.settings] ?? '',
      running: state.Running === true,
      exitCode: Number(state.ExitCode ?? 0),
      outOfMemory: state.OOMKilled === true,
      port: hostPort(object(object(record.NetworkSettings).Ports)),
      binding: binding(object(host.PortBindings)),
      restart: String(object(host.RestartPolicy).Name || 'no'),
      directory: own[labels.directory] ?? '',
      accounts: (own[labels.accounts] ?? '').split(',').filter(Boolean),
      workspace: boundFolder(record.Mounts, WORKSPACE),
      stopTimeout: Number(config.StopTimeout ?? FALLBACK_STOP_TIMEOUT),
      life: {
        status: String(state.Status ?? ''),
        startedAt: time(state.StartedAt),
        endedAt: time(state.FinishedAt),
        restarts: Number(record.RestartCount ?? 0),
        error: String(state.Error ?? '') || undefined,
        runtimeVersion: own[`${labels.version}.${own[labels.runtime]}`],
        check: healthCheck(object(state.Health)),
      },
    };
  });
}

/** Reads the JSON array of `image inspect`. */
export function parseImage(json: string): Image | undefined {
  const record = array(JSON.parse(json))[0];
  if (!record) return undefined;
  return { id: String(record.Id), labels: strings(object(record.Config).Labels) };
}

type Fields = Readonly<Record<string, unknown>>;

function array(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.map(object) : [];
}

function object(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function strings(value: unknown): Record<string, string> {
  return Object.fromEntries(Object.entries(object(value)).map(([name, entry]) => [name, String(entry)]));
}

function healthCheck(health: Fields): HealthCheck | undefined {
  if (typeof health.Status !== 'string' || health.Status === 'none') return undefined;
  const last = array(health.Log).at(-1);
  return { status: health.Status, output: String(last?.Output ?? ''), at: time(last?.End) };
}

/** The engine writes "never" as the year 1. */
function time(value: unknown): string | undefined {
  return typeof value === 'string' && Date.parse(value) > 0 ? value : undefined;
}

function hostPort(ports: Fields): number | undefined {
  for (const bindings of Object.values(ports)) {
    const port = Number(array(bindings)[0]?.HostPort);
    if (port > 0) return port;
  }
  return undefined;
}

function boundFolder(mounts: unknown, target: string): string | undefined {
  const mount = array(mounts).find(({ Type, Destination }) => Type === 'bind' && Destination === target);
  return typeof mount?.Source === 'string' ? mount.Source : undefined;
}

function binding(ports: Fields): Container['binding'] {
  for (const [inside, bindings] of Object.entries(ports)) {
    const host = Number(array(bindings)[0]?.HostPort);
    if (host > 0) return { inside: Number.parseInt(inside, 10), host };
  }
  return undefined;
}
