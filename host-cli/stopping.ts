import type { Engine } from './engine.ts';
import type { Container } from './engine-records.ts';
import type { Ui } from './ui.ts';

/** Stops with the budget that each container was made with, and shows what takes the time. */
export async function stopGently(engine: Engine, containers: readonly Container[], ui: Ui): Promise<void> {
  if (containers.length === 0) return;
  const begun = Date.now();
  const names = containers.map((container) => container.instance).join(', ');
  const budget = Math.max(...containers.map((container) => container.stopTimeout));
  const text = (): string => {
    const seconds = Math.round((Date.now() - begun) / 1000);
    return `${names}: waiting for turns in flight, at most ${budget} s (${seconds} s)`;
  };
  const live = ui.live(text());
  const timer = setInterval(() => live.update(text()), 1000);
  const outcomes = await Promise.allSettled(containers.map((container) => engine.stop(container.id)));
  clearInterval(timer);
  live.end();
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
}
