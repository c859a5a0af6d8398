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
  readonly stopTimeout: number;
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
} as const;

/** Seconds; longer than any runtime's own stop budget that is known so far. */
export const FALLBACK_STOP_TIMEOUT = 345;

/** Reads the JSON array of `container inspect`. */
export function parseContainers(json: string): readonly Container[] {
  return array(JSON.parse(json)).map((record) => {
    const config = object(record.Config);
    const state = object(record.State);
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
      stopTimeout: Number(config.StopTimeout ?? FALLBACK_STOP_TIMEOUT),
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

function hostPort(ports: Fields): number | undefined {
  for (const bindings of Object.values(ports)) {
    const port = Number(array(bindings)[0]?.HostPort);
    if (port > 0) return port;
  }
  return undefined;
}
