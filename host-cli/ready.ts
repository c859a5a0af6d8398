import { setTimeout as sleep } from 'node:timers/promises';
import type { Engine } from './engine.ts';
import {
  askReady,
  type ChannelHealth,
  channelsDown,
  type Health,
  type ReadyAnswer,
  waitingFor,
} from './health.ts';

export type Readiness =
  | { readonly kind: 'ready'; readonly health: Health }
  /** The runtime serves, but these channels did not come up. */
  | { readonly kind: 'degraded'; readonly health: Health; readonly channels: readonly ChannelHealth[] }
  | { readonly kind: 'ended'; readonly code: number }
  | { readonly kind: 'late'; readonly waiting: string }
  | { readonly kind: 'interrupted' };

export interface ReadyWait {
  readonly engine: Engine;
  readonly id: string;
  readonly port: number;
  readonly limit: number;
  /** Wait for the channels too. */
  readonly strict?: boolean;
  readonly signal: AbortSignal;
  readonly tell: (waiting: string, seconds: number) => void;
}

const INTERVAL = 300;

/** Milliseconds that a channel gets once the runtime serves: a platform that does not answer now may do so soon, … */
const CHANNEL_LIMIT = 20_000;
/** … a refused token stays refused. */
const REFUSED_LIMIT = 2_000;

/** Waits until the instance is ready, has ended, or the limit is over, whichever is first. */
export async function waitReady(wait: ReadyWait): Promise<Readiness> {
  const over = new AbortController();
  const stop = over.signal;
  wait.signal.addEventListener('abort', () => over.abort(), { once: true });
  try {
    const ended = wait.engine.wait(wait.id, stop).then((code): Readiness | undefined => {
      if (code !== undefined) return { kind: 'ended', code };
      // Removed behind our back: there is no code any more.
      return stop.aborted ? undefined : { kind: 'ended', code: 1 };
    });
    const first = await Promise.race([ended, poll(wait, stop)]);
    return first ?? { kind: 'interrupted' };
  } finally {
    over.abort();
  }
}

async function poll(wait: ReadyWait, stop: AbortSignal): Promise<Readiness | undefined> {
  const start = Date.now();
  let serving = 0;
  let answer: ReadyAnswer = { kind: 'silent' };
  while (!stop.aborted && Date.now() - start < wait.limit) {
    answer = await askReady(wait.port, stop, wait.strict);
    if (answer.kind === 'ready') return { kind: 'ready', health: answer.health };
    const channels = channelsDown(answer);
    if (channels.length === 0) serving = 0;
    else serving ||= Date.now();
    if (answer.kind === 'unready' && serving > 0 && Date.now() - serving >= patience(channels)) {
      return { kind: 'degraded', health: answer.health, channels };
    }
    if (!stop.aborted) wait.tell(waitingFor(answer), Math.round((Date.now() - start) / 1000));
    await sleep(INTERVAL, undefined, { signal: stop }).catch(() => undefined);
  }
  return stop.aborted ? undefined : { kind: 'late', waiting: waitingFor(answer) };
}

function patience(channels: readonly ChannelHealth[]): number {
  return channels.every(({ reason }) => /^token-/.test(reason ?? '')) ? REFUSED_LIMIT : CHANNEL_LIMIT;
}
