import type { Container } from '../engine-records.ts';
import type { CliError } from '../errors.ts';
import type { Health } from '../health.ts';
import type { Colors } from '../ui.ts';

/** What was done for an instance, and what came of it. */
export interface Outcome {
  readonly instance: string;
  readonly runtime: string;
  readonly action: Action;
  readonly state: 'ready' | 'started' | 'failed';
  /** Of its container, where there is one. */
  readonly container?: string;
  readonly port?: number;
  /** From the first step to ready. */
  readonly seconds: number;
  readonly health?: Health;
  readonly error?: CliError;
}

export type Action = 'unchanged' | 'started' | 'created' | 'recreated' | 'restarted';

const done: Readonly<Record<Action, string>> = {
  unchanged: 'unchanged',
  started: 'started again',
  created: 'created',
  recreated: 'recreated: its settings have changed',
  restarted: 'restarted',
};

/** One line for one that came up. */
export function outcomeLine(outcome: Outcome, colors: Colors): string {
  const { instance, action, state, port, seconds } = outcome;
  const where = `${state === 'ready' ? 'is ready' : 'has started'} at http://127.0.0.1:${port}`;
  const how = action === 'unchanged' ? done.unchanged : `${done[action]}, ${seconds} s`;
  return `${colors.green('✔')} ${colors.bold(instance)} ${where} ${colors.dim(`(${how})`)}`;
}

/** Of the first that failed, in the order of the file. */
export function exitOf(outcomes: readonly Outcome[]): number {
  return outcomes.find(({ error }) => error !== undefined)?.error?.exit ?? 0;
}

export interface Orphans {
  readonly removed: readonly Pick<Container, 'instance'>[];
  readonly left: readonly Pick<Container, 'instance'>[];
}

/** The document of --json; docs/up.md explains it. A field is added without a new version, none is changed. */
export function outcomeDocument(directory: string, outcomes: readonly Outcome[], orphans: Orphans): unknown {
  return {
    version: 1,
    directory,
    instances: outcomes.map(({ error, health, port, seconds: _, ...rest }) => ({
      ...rest,
      ...(port === undefined ? {} : { port, url: `http://127.0.0.1:${port}` }),
      channels: health?.channels ?? [],
      ...(error ? { error: errorDocument(error), exitCode: error.exit } : {}),
    })),
    orphans: [
      ...orphans.removed.map(({ instance }) => ({ instance, removed: true })),
      ...orphans.left.map(({ instance }) => ({ instance, removed: false })),
    ],
    exitCode: exitOf(outcomes),
  };
}

function errorDocument({ code, message, fix, details }: CliError): unknown {
  return { code, message, fix, details };
}
