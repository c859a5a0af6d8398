import type { Json, JsonObject, NativeName, Probe, Probes } from '../../runtimes/contract.ts';
import type { Clock } from './ports.ts';
import type { ProbeResult, ProbeTarget } from './probe.ts';

export interface WatchPorts {
  readonly clock: Clock;
  readonly probe: (target: ProbeTarget) => Promise<ProbeResult>;
}

export interface WatchHandlers {
  /** The runtime proved that it serves; called again after it had stopped doing so. */
  readonly ready: () => void;
  readonly unready: () => void;
  /** After every look at a live process, whatever it answered. */
  readonly looked: () => void;
  /** Not ready in time, or alive no more. */
  readonly hung: (reason: 'start-deadline' | 'not-live') => void;
  /** Native channels that the runtime reports as down. */
  readonly channels: (failing: readonly NativeName[]) => void;
}

/** Whom the probes ask. */
export interface Watched {
  readonly pid: number;
  readonly port: number;
  readonly bearer: string;
}

/** Probes one process from its start until `signal` aborts. Resolves then; never rejects. */
export async function watch(
  probes: Probes,
  { pid, port, bearer }: Watched,
  handlers: WatchHandlers,
  { clock, probe }: WatchPorts,
  signal: AbortSignal,
): Promise<void> {
  const ask = ({ path, timeout, bearer: needed, ...more }: Question): Promise<ProbeResult> => {
    const wanted = more.expect ?? {};
    const expect = more.pidKey ? withValue(wanted, more.pidKey.split('.'), pid) : wanted;
    return probe({ port, path, timeout, expect, ...(needed ? { bearer } : {}) });
  };

  const deadline = clock.now() + probes.startDeadline;
  while (!signal.aborted) {
    // Both: where one of the two names the process, the other alone is no proof.
    if ((await ask(probes.ready)).kind === 'healthy' && (await ask(probes.live)).kind === 'healthy') break;
    if (clock.now() > deadline) return signal.aborted ? undefined : handlers.hung('start-deadline');
    await clock.sleep(probes.readyInterval, signal);
  }
  if (signal.aborted) return;
  handlers.ready();
  await reportChannels();

  let failures = 0;
  let serving = true;
  while (!signal.aborted) {
    await clock.sleep(failures > 0 ? probes.liveInterval / 2 : probes.liveInterval, signal);
    if (signal.aborted) return;
    const live = await ask(probes.live);
    if (signal.aborted) return;
    handlers.looked();
    failures = live.kind === 'healthy' ? 0 : failures + 1;
    if (failures >= probes.liveFailures) return handlers.hung('not-live');
    const now = failures === 0 && (await ask(probes.ready)).kind === 'healthy';
    if (signal.aborted) return;
    if (now !== serving) (now ? handlers.ready : handlers.unready)();
    serving = now;
    if (now) await reportChannels();
  }

  async function reportChannels(): Promise<void> {
    if (!probes.channels) return;
    const answer = await ask(probes.channels);
    const body = answer.kind === 'silent' ? null : answer.body;
    if (body && !signal.aborted) handlers.channels(probes.channels.failing(body));
  }
}

function withValue(object: JsonObject, [key = '', ...rest]: readonly string[], value: Json): JsonObject {
  const below = object[key];
  const inner = typeof below === 'object' && below !== null ? (below as JsonObject) : {};
  return { ...object, [key]: rest.length === 0 ? value : withValue(inner, rest, value) };
}

type Question = Omit<Probe, 'expect'> & { readonly expect?: JsonObject };
