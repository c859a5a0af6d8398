import { setTimeout as sleep } from 'node:timers/promises';
import type { Engine } from './engine.ts';
import { askReady, type Health, type ReadyAnswer, waitingFor } from './health.ts';

export type Readiness =
  | { readonly kind: 'ready'; readonly health: Health }
  | { readonly kind: 'ended'; readonly code: number }
  | { readonly kind: 'late'; readonly waiting: string }
  | { readonly kind: 'interrupted' };

export interface ReadyWait {
  readonly engine: Engine;
  readonly id: string;
  readonly port: number;
  readonly limit: number;
  readonly signal: AbortSignal;
  readonly tell: (waiting: string, seconds: number) => void;
}

const INTERVAL = 300;

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
  let answer: ReadyAnswer = { kind: 'silent' };
  while (!stop.aborted && Date.now() - start < wait.limit) {
    answer = await askReady(wait.port, stop);
    if (answer.kind === 'ready') return { kind: 'ready', health: answer.health };
    if (!stop.aborted) wait.tell(waitingFor(answer), Math.round((Date.now() - start) / 1000));
    await sleep(INTERVAL, undefined, { signal: stop }).catch(() => undefined);
  }
  return stop.aborted ? undefined : { kind: 'late', waiting: waitingFor(answer) };
}
