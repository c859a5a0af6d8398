import { objectOf, send, textOf } from './http.ts';

/** The part of the image's health body that the launcher reads; every field may be missing. */
export interface Health {
  readonly status?: string;
  readonly instance?: string | null;
  readonly runtime?: {
    readonly name?: string;
    readonly version?: string;
    readonly state?: string;
    readonly restarts?: number;
    readonly reason?: string | null;
  } | null;
  readonly provider?: string | null;
  readonly channels?: readonly ChannelHealth[];
  readonly reasons?: readonly string[];
  /** Channel → how the platform calls it; only for those who hold the token. */
  readonly accounts?: Readonly<Record<string, string>>;
}

export interface ChannelHealth {
  readonly name?: string;
  readonly state?: string;
  readonly reason?: string | null;
}

export type ReadyAnswer =
  | { readonly kind: 'ready'; readonly health: Health }
  | { readonly kind: 'unready'; readonly health: Health }
  | { readonly kind: 'silent' };

/** Asks /ready once; `strict` also wants every claimed channel up. */
export async function askReady(port: number, signal?: AbortSignal, strict = false): Promise<ReadyAnswer> {
  try {
    const url = `http://127.0.0.1:${port}/ready${strict ? '?channels=1' : ''}`;
    const response = await send({ method: 'GET', url, timeout: 5000, ...(signal ? { signal } : {}) });
    const health = objectOf(await textOf(response)) as Health | undefined;
    // A status alone is no health: some other program may listen on that port.
    if (!health?.status) return { kind: 'silent' };
    return { kind: response.statusCode === 200 ? 'ready' : 'unready', health };
  } catch {
    return { kind: 'silent' };
  }
}

/** The channels that keep an instance from being ready though its runtime serves. */
export function channelsDown(answer: ReadyAnswer): readonly ChannelHealth[] {
  if (answer.kind !== 'unready' || answer.health.status !== 'ready') return [];
  const { channels = [] } = answer.health;
  return channels.filter(({ state }) => state !== 'up' && state !== 'unclaimed');
}

/** Reason codes of the image as what a person waits for; others are shown as they are. */
const spoken: Readonly<Record<string, string>> = {
  booting: 'the supervisor to boot',
  'runtime-starting': 'the runtime to start',
  'runtime-not-serving': 'the runtime to serve',
  'runtime-backoff': 'the next try after a crash',
  'relay-down': 'the relay to start',
};

/** What is being waited for, for the live line: the reasons, then the channels that are not up. */
export function waitingFor(answer: ReadyAnswer): string {
  if (answer.kind === 'silent') return 'the container to answer';
  const { status, runtime, reasons = [], channels = [] } = answer.health;
  const down = channelsDown(answer);
  if (down.length > 0)
    return down.map(({ name, state, reason }) => `channel ${name} (${reason ?? state})`).join(', ');
  const words = reasons.map((reason) => spoken[reason] ?? reason.replaceAll('-', ' '));
  if (words.length === 0) words.push(runtime?.state ? `runtime ${runtime.state}` : (status ?? 'starting'));
  if (runtime?.restarts) words.push(`${runtime.restarts} restarts`);
  for (const channel of channels) {
    if (channel.state === 'connecting') words.push(`channel ${channel.name} connecting`);
  }
  return words.join(', ');
}
