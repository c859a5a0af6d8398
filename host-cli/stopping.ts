import type { Engine } from './engine.ts';
import type { Container } from './engine-records.ts';
import type { Tell } from './ui.ts';

/** Stops it with the budget that it was made with, and tells what takes the time. */
export async function stopGently(
  engine: Engine,
  container: Container,
  tell: Tell,
  signal?: AbortSignal,
): Promise<void> {
  const begun = Date.now();
  const say = (): void => {
    const seconds = Math.round((Date.now() - begun) / 1000);
    tell(`waiting for turns in flight, at most ${container.stopTimeout} s (${seconds} s)`);
  };
  say();
  const timer = setInterval(say, 1000);
  await engine.stop(container.id, signal).finally(() => clearInterval(timer));
}
