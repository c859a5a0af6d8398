import type { ErrorCode } from '../../errors/catalogue.ts';
import { type Problem, problem } from '../../errors/problem.ts';
import { originText } from '../origin.ts';
import type { Place, Settings, Written } from '../settings.ts';
import type { Origin, PlanInput, Variable, Variables } from '../types.ts';

/** What the rules read, and where they write down what they found. */
export interface Context {
  /** Its variables remember what was asked for. */
  readonly input: PlanInput;
  /** The same variables for questions whose answer decides nothing. */
  readonly glance: Variables;
  readonly settings: Settings;
  readonly problems: Problem[];
  readonly notices: string[];
  readonly secrets: Set<string>;
  readonly origins: Record<string, Origin>;
  readonly written: Record<string, string>;
  readonly channelReasons: Record<string, string>;
}

/** Writes down a problem; undefined, so that a rule can end with it. */
export function report(
  context: Context,
  code: ErrorCode,
  parameters: Readonly<Record<string, string | number>>,
  at?: Place,
): undefined {
  context.problems.push(problem(code, parameters, at?.where, at?.frame));
}

export interface Picked {
  readonly value: string;
  readonly at: Place;
}

/** A value that the file and a variable may both set: once, or twice the same. */
export function pick(
  context: Context,
  what: string,
  file: Written<string> | undefined,
  variable: Variable | undefined,
): Picked | undefined {
  const chosen = file ?? (variable && { value: variable.value, at: { where: variable.origin } });
  if (file && variable && file.value !== variable.value) twice(context, what, file.at, variable.origin);
  if (chosen) context.origins[what] = chosen.at.where;
  return chosen;
}

/** The variable is set, but what is wrong with it is already written down: no rule may miss it. */
export function isSpoiled({ input }: Context, name: string): boolean {
  return input.variables.refer(name).kind === 'problem';
}

/** The same thing set differently in two places. Values are not repeated: they may be secrets. */
export function twice(context: Context, what: string, first: Place, second: Origin): void {
  report(context, 'set-twice', { what, first: originText(first.where), second: originText(second) }, first);
}

/** A comma list as variables carry it. */
export function listOf(text: string): readonly string[] {
  return text.split(/[\s,]+/).filter(Boolean);
}
