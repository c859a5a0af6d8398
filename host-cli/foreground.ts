import type { Engine } from './engine.ts';
import { clearAway } from './failed.ts';
import { follow } from './follow.ts';
import { onInterrupt } from './interrupt.ts';
import type { Started } from './launch/carry-out.ts';
import type { Project } from './project.ts';
import { type Readiness, waitReady } from './ready.ts';
import type { RunSettings } from './run-argv.ts';
import type { Ui } from './ui.ts';

export interface Foreground {
  readonly engine: Engine;
  readonly project: Project;
  readonly settings: RunSettings;
  readonly started: Started;
  readonly ui: Ui;
  readonly limit: number;
  readonly onReady: (outcome: Readiness) => void;
}

/** Follows the log until the container ends; its exit code is ours. Ctrl-C stops it, a second one kills it. */
export async function foreground(view: Foreground): Promise<number> {
  const { engine, started, ui, settings } = view;
  if (started.already) ui.note(`${settings.instance} runs already: following its log; Ctrl-C stops it`);
  const over = new AbortController();
  const asked = interruptions(view);
  const log = follow(engine, started.id, ['--follow', ...(started.already ? ['--tail', '20'] : [])], ui);
  try {
    const ended = engine.wait(started.id, over.signal);
    const { id, port } = started;
    const tell = (): void => undefined;
    const first = await waitReady({ engine, id, port, limit: view.limit, signal: asked.signal, tell });
    view.onReady(first);
    if (first.kind === 'late') {
      throw await clearAway(engine, view.project, settings, id, first, view.limit);
    }
    const code = await ended;
    await log.done;
    await engine.remove(id);
    return code ?? 1;
  } finally {
    asked.release();
    over.abort();
    log.stop();
  }
}

interface Interruptions {
  /** Aborted by the first Ctrl-C. */
  readonly signal: AbortSignal;
  release(): void;
}

function interruptions({ engine, started, settings, ui }: Foreground): Interruptions {
  const first = new AbortController();
  const fail = (error: unknown): void => ui.note(String(error));
  const release = onInterrupt(() => {
    if (first.signal.aborted) {
      engine.kill(started.id).catch(fail);
      return;
    }
    first.abort();
    const budget = `at most ${settings.stopTimeout} s`;
    ui.note(`\nStopping: turns in flight are waited for, ${budget}. Ctrl-C again stops at once.`);
    engine.stop(started.id).catch(fail);
  });
  return { signal: first.signal, release };
}
