import { explain } from '../explain.ts';
import type { Ui } from '../ui.ts';
import { type Outcome, outcomeLine } from './outcome.ts';

/** A line for each that came up, then why the others did not. */
export function report(outcomes: readonly Outcome[], ui: Ui): void {
  for (const outcome of outcomes) {
    if (!outcome.error) ui.print(outcomeLine(outcome, ui.colors));
  }
  explainFailures(outcomes, ui);
}

export function explainFailures(outcomes: readonly Outcome[], ui: Ui): void {
  // An engine that went away failed them all with the same words.
  const errors = new Map(outcomes.flatMap(({ error }) => (error ? [[error.message, error] as const] : [])));
  for (const error of errors.values()) explain(error, ui);
}
