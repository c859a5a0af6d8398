import type { Rendered } from '../../runtimes/contract.ts';
import { Problems, problem } from '../errors/problem.ts';
import { exitCode } from '../process/exit.ts';
import { removeRead, writeAtomically } from '../render/files.ts';
import { writePostMortem, writeTerminationLog } from '../supervise/postmortem.ts';
import { probe } from '../supervise/probe.ts';
import { type SupervisedRuntime, superviseRuntime } from '../supervise/runtime.ts';
import type { Death } from '../supervise/runtime-ports.ts';
import { type Container, type Ending, must } from './container.ts';
import { failure } from './failure.ts';
import { readFailureFiles } from './failure-files.ts';
import type { MaskedOutput } from './output.ts';
import { prepare, runtimePaths } from './prepare.ts';
import { spawnRuntime } from './processes.ts';
import { checkVolumes, volumeNeeds } from './volumes.ts';

/** Puts the runtime under supervision; it is not started yet. */
export function supervise(container: Container & { readonly output: MaskedOutput }): SupervisedRuntime {
  const { descriptor } = must(container.runtime, 'runtime');
  let lastPostMortem: string | undefined;
  // The first start uses what was validated; later ones render again, with a new private port.
  let first = container.rendered;
  const supervised: SupervisedRuntime = superviseRuntime(descriptor, {
    clock: container.clock,
    log: container.log,
    random: Math.random,
    memory: container.memory,
    probe,
    prepare: async () => {
      // A channel may have found its owner since.
      const valid = first && must(container.access, 'access').isRendered() ? first : undefined;
      const rendered = valid ?? (await prepareAgain(container));
      first = undefined;
      container.signs?.forget();
      return rendered;
    },
    spawn: (rendered) => {
      container.log.info('starting the runtime', { runtime: descriptor.name, port: rendered.endpoint.port });
      return spawnRuntime(container, rendered);
    },
    idle: (limit) => container.turns.idle(limit),
    failureLines: () => {
      const { state } = runtimePaths(container);
      const lines = readFailureFiles(descriptor.failureFiles.map((name) => `${state}/${name}`));
      return lines.map((line) => container.output.masked(line));
    },
    changed: () => {
      const view = supervised.view();
      if (view.serving) removeRead(view.rendered?.files ?? []);
      tellRelay(container);
    },
    died: (death) => {
      lastPostMortem = report(container, death);
      if (death.restartIn !== undefined)
        container.counters.add('clawden_runtime_restarts_total', death.class);
    },
  });
  void supervised.failed.then((death) => container.end(endingOf(container, death, lastPostMortem)));
  return supervised;
}

/** The relay learns where the runtime serves, and when it does not. */
export function tellRelay(container: Container): void {
  const view = container.supervised?.view();
  const endpoint = view?.serving ? (view.rendered?.endpoint ?? null) : null;
  // From here on its agent runs commands.
  if (endpoint) container.secretDoor?.close('up');
  if (endpoint?.port === told.get(container)) return;
  told.set(container, endpoint?.port);
  container.relay?.tell({ kind: 'runtime', endpoint });
  if (endpoint) container.log.info('the runtime serves', { runtime: container.runtime?.descriptor.name });
}

/** Port last told to the relay, so that unchanged news is not repeated. */
const told = new WeakMap<Container, number | undefined>();

/**
 * A place that can no longer be written explains a death better than the next one would: the container ends with the
 * place's name instead of a crash loop.
 */
async function prepareAgain(container: Container): Promise<Rendered> {
  const { places } = container;
  // A volume that is merely low may do: it did so far. Our own scratch space is the one that we write at once.
  const needs = volumeNeeds.map((need) => ({
    ...need,
    free: need.path === places.run ? need.free : 0,
    wasWritable: true,
  }));
  const vital = [places.state, places.run];
  const found = checkVolumes(
    needs.filter(({ path }) => vital.includes(path)),
    container.identity,
  );
  if (found.length > 0) throw new Problems(found);
  const others = needs.filter(({ path }) => !vital.includes(path));
  for (const { message, fix } of checkVolumes(others, container.identity))
    container.log.warn(message, { fix });
  return prepare(container);
}

function report(container: Container, death: Death): string | undefined {
  const { descriptor } = must(container.runtime, 'runtime');
  const file = writePostMortem(death, {
    instance: must(container.plan, 'plan').instance,
    runtime: descriptor.name,
    version: must(container.manifest, 'manifest').version,
    supervisorVersion: container.version,
    planHash: must(container.plan, 'plan').hash,
    directory: `${container.places.state}/.clawden/post-mortem`,
    now: () => new Date(),
    write: (path, content, mode) => writeAtomically(path, content, mode, container.places.state),
  });
  const failed = death.exit.kind === 'failed' ? death.exit : undefined;
  container.log.error(failed ? 'the runtime could not be started' : 'the runtime ended unasked', {
    class: death.class,
    code: exitCode(death.exit),
    ...(failed ? { reason: failed.detail } : {}),
    ...(failed?.reason === 'resources' ? { fix: 'docker run --pids-limit 512 …, or end what fills it' } : {}),
    uptimeSeconds: Math.round(death.uptime / 1000),
    count: death.count,
    restartInMs: death.restartIn ?? null,
    postMortem: file ?? null,
  });
  writeTerminationLog(`${descriptor.name} ended: ${death.class}, code ${exitCode(death.exit)}\n`);
  return file;
}

function endingOf(container: Container, death: Death, postMortem: string | undefined): Ending {
  if ('fault' in death) return failure(container, 'prepare the runtime again', death.fault);
  const { descriptor } = must(container.runtime, 'runtime');
  const found =
    death.class === 'config'
      ? problem('runtime-config', {
          runtime: descriptor.title,
          code: exitCode(death.exit),
        })
      : problem('crash-loop', {
          runtime: descriptor.title,
          count: death.count,
          minutes: descriptor.restart.window / 60_000,
          reason: death.class,
          file: postMortem ?? 'none: it could not be written',
        });
  return { kind: 'failed', code: found.exit, message: `${found.message}; ${found.fix}` };
}
