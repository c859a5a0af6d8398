import type { CliError } from './errors.ts';
import type { Ui } from './ui.ts';

/** An error as people read it: what led to it, what happened, what to type next. */
export function explain(error: CliError, ui: Ui): void {
  const { red } = ui.errorColors;
  for (const line of error.details) ui.note(line);
  if (error.details.length > 0) ui.note('');
  ui.note(`${red('✖')} ${error.message}`);
  if (error.fix !== '') ui.note(`  → ${error.fix}`);
}
