import { type Ready, tellWaiting } from '../channels/waiting.ts';
import { defineCommand, type OptionTable } from '../command.ts';
import { type Engine, openEngine } from '../engine.ts';
import type { Container } from '../engine-records.ts';
import { CliError } from '../errors.ts';
import { onInterrupt } from '../interrupt.ts';
import type { Reconciled } from '../launch/reconcile.ts';
import { program } from '../program.ts';
import { openProject } from '../project.ts';
import { stopGently } from '../stopping.ts';
import { tokenOf } from '../token.ts';
import type { Tell, Ui } from '../ui.ts';
import { bringUp } from '../up/bring-up.ts';
import { decide } from '../up/decide.ts';
import { exitOf, type Outcome, outcomeDocument } from '../up/outcome.ts';
import { explainFailures, report } from '../up/report.ts';

export const upOptions = {
  'remove-orphans': { kind: 'flag', help: 'stop and remove instances that are not in the file any more' },
  'no-wait': { kind: 'flag', help: 'return as soon as the containers have started' },
  detach: { kind: 'flag', short: 'd', help: 'as compose has it; here up never stays in the foreground' },
  json: { kind: 'flag', help: 'the outcome as one JSON document on stdout' },
} as const satisfies OptionTable;

export const up = defineCommand({
  name: 'up',
  summary: 'bring the instances of clawden.yaml up, or those that are named',
  usage: '[names…] [options]',
  description: [
    'Starts what is missing, starts again what has ended, replaces what has changed in the file, in .env or in the image,',
    'and leaves alone what runs as it should. Waits until each is ready, its channels included. An instance that fails',
    'leaves the others running; its container stays for `clawden logs`, and the exit code is its own. Ctrl-C stops the',
    'waiting and nothing else. Instances come back when the engine or the machine starts again, until they are stopped.',
  ].join('\n'),
  options: upOptions,
  maxPositionals: Number.POSITIVE_INFINITY,
  examples: [
    { type: 'clawden up', does: 'all of clawden.yaml' },
    { type: 'clawden up zc', does: 'one of them' },
    { type: 'clawden up --remove-orphans', does: 'and nothing that the file does not name' },
  ],
  run: async (invocation) => {
    const { options, directory, ui } = invocation;
    const project = openProject(directory);
    const engine = openEngine(invocation.environment);
    const decided = await decide(invocation, project, engine);
    const { tasks, todo, unlock } = decided;
    const board = ui.board();
    const notes: string[] = [...decided.notes];
    const interrupted = new AbortController();
    const release = onInterrupt(() => interrupted.abort());
    let outcomes: readonly Outcome[];
    try {
      const ending = todo.remove.map((each) =>
        removeOne(engine, each, board.line(each.instance), interrupted.signal),
      );
      const brought = bringUp(tasks, {
        engine,
        ports: decided.ports,
        board,
        note: (text) => void notes.push(text),
        wait: !options['no-wait'],
        signal: interrupted.signal,
        ending: new Map(todo.remove.map(({ id }, index) => [id, ending[index] ?? Promise.resolve()])),
        podman: decided.podman,
      });
      // What follows changes nothing more: another command need not wait for it.
      Promise.allSettled([brought.changed, ...ending]).then(unlock);
      outcomes = await brought.outcomes;
      await Promise.all(ending);
    } finally {
      board.end();
      release();
      unlock();
    }
    for (const note of notes) ui.note(note);
    if (interrupted.signal.aborted) throw interruption(outcomes);
    if (options.json) {
      const orphans = { removed: todo.remove, left: todo.leave };
      ui.print(JSON.stringify(outcomeDocument(project.directory, outcomes, orphans)));
    }
    tellOrphans(todo, ui);
    if (options.json) explainFailures(outcomes, ui);
    else {
      report(outcomes, ui);
      await tellWaiting(readyOnes(outcomes), tokenOf(project, invocation.environment), ui);
    }
    return exitOf(outcomes);
  },
});

function readyOnes(outcomes: readonly Outcome[]): readonly Ready[] {
  return outcomes.flatMap(({ instance, port, health }) =>
    port !== undefined && health ? [{ instance, port, health }] : [],
  );
}

async function removeOne(
  engine: Engine,
  container: Container,
  tell: Tell,
  signal: AbortSignal,
): Promise<void> {
  if (container.running) await stopGently(engine, container, tell, signal);
  if (!signal.aborted) await engine.remove(container.id);
}

function tellOrphans({ remove, leave }: Reconciled, ui: Ui): void {
  const { green, yellow } = ui.errorColors;
  for (const { instance } of remove) ui.note(`${green('✔')} ${instance} is stopped and removed`);
  for (const { instance, running } of leave) {
    const state = running ? 'it was left running' : 'its container was left as it is';
    ui.note(`${yellow('!')} ${instance} is not in the file; ${state}`);
  }
  if (leave.length > 0) ui.note(`  → ${program()} up --remove-orphans`);
}

/** What has started goes on by itself; the rest was not begun. */
function interruption(outcomes: readonly Outcome[]): CliError {
  const going = outcomes.filter(({ container }) => container !== undefined).map(({ instance }) => instance);
  const words = going.length > 0 ? `${going.join(', ')}: started, and left to go on` : 'nothing was started';
  return new CliError('up-interrupted', { words });
}
