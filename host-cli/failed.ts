import type { Engine } from './engine.ts';
import { CliError, type ErrorExtra } from './errors.ts';
import { lastErrors } from './log-lines.ts';
import { keepFile, type Project } from './project.ts';
import type { Readiness } from './ready.ts';
import type { RunSettings } from './run-argv.ts';

const LOG_LINES = 2000;

/** Why a container did not become ready. Its log is kept, the container is removed, its volumes stay. */
export async function clearAway(
  engine: Engine,
  project: Project,
  settings: RunSettings,
  id: string,
  outcome: Extract<Readiness, { kind: 'ended' | 'late' }>,
  limit: number,
): Promise<CliError> {
  const { instance } = settings;
  if (outcome.kind === 'late') await engine.stop(id);
  const [log, container] = await Promise.all([engine.tail(id, LOG_LINES), engine.container(id)]);
  const next = `the whole log is in ${keepFile(project, `${instance}.log`, `${log}\n`)}`;
  await engine.remove(id);
  const extra: ErrorExtra = { details: lastErrors(log) };
  if (outcome.kind === 'late') {
    const parameters = { instance, minutes: Math.round(limit / 60_000), waiting: outcome.waiting, next };
    return new CliError('not-ready', parameters, extra);
  }
  const why = container?.outOfMemory ? `, out of memory at ${settings.memory}: --memory 4g` : '';
  const parameters = { instance, code: outcome.code, why, next };
  // It may have ended with 0, being stopped by somebody: it is not ready all the same.
  return new CliError('container-failed', parameters, { ...extra, exit: outcome.code || 1 });
}
