import type { Engine } from '../engine.ts';
import { isGone, isNameTaken, isPortTaken } from '../engine-failures.ts';
import type { Container } from '../engine-records.ts';
import { CliError } from '../errors.ts';
import { containerName, instanceArgv, type RunSettings } from '../run-argv.ts';
import { stopGently } from '../stopping.ts';
import type { Tell } from '../ui.ts';
import { findFolder } from '../workspace-folder.ts';
import { keepConfiguration } from './configuration.ts';
import type { Ports, PortWish } from './ports.ts';
import type { Step } from './reconcile.ts';

/** What turns a step into a container. */
export interface Launch {
  readonly engine: Engine;
  readonly settings: RunSettings;
  readonly hash: string;
  readonly ports: Ports;
  /** A container made anew gets the port that it had before, if nobody wrote another one. */
  readonly keepPort: boolean;
  /** Where a user writes another port. */
  readonly portPlace: PortWish['place'];
  /** What the engine does when it ends by itself, for as long as its start is watched. */
  readonly restart: RunSettings['restart'];
  readonly tell: Tell;
  /** For what a person should know afterwards, such as another port than usual. */
  readonly note: (text: string) => void;
  readonly signal?: AbortSignal;
}

export interface Started {
  readonly id: string;
  readonly port: number;
  /** It ran already as it is wanted. */
  readonly already: boolean;
}

/**
 * Stops and removes the container that is to be replaced; state and workspace stay. Where the port that is written for
 * the next one is somebody else's, it throws and leaves the container alone.
 */
export async function clearWay(step: Step, launch: Launch): Promise<void> {
  if (step.kind !== 'replace') return;
  const { engine, settings, ports, portPlace, tell, signal } = launch;
  const isOwn = step.container.binding?.host === settings.wantedPort;
  // One of ours that has it will be gone by then.
  if (!isOwn && step.after.length === 0) await ports.mustBeFree(settings.wantedPort, portPlace);
  if (step.container.running) await stopGently(engine, step.container, tell, signal);
  if (!signal?.aborted) await engine.remove(step.container.id);
}

/** Does the rest of what a step says; the container runs afterwards, ready or not. */
export async function startUp(step: Step, launch: Launch): Promise<Started> {
  switch (step.kind) {
    case 'keep':
      return { id: step.container.id, port: step.container.port ?? 0, already: true };
    case 'wake':
      return (await wake(step.container, launch)) ?? anew(launch, step.container);
    case 'replace':
    case 'create':
      return anew(launch, step.container);
    default: {
      const never: never = step;
      return never;
    }
  }
}

/** The same container again; undefined when it has to be made anew: its port went to somebody else, or it is gone. */
async function wake({ id, restart }: Container, launch: Launch): Promise<Started | undefined> {
  const { engine } = launch;
  launch.tell('starting');
  if (restart !== launch.restart) await engine.setRestart(id, launch.restart);
  const { ok, stderr } = await engine.start(id);
  if (!ok && !isPortTaken(stderr) && !isGone(stderr)) throw engine.failure('start the container', stderr);
  const port = ok ? (await engine.container(id))?.port : undefined;
  if (port !== undefined) return { id, port, already: false };
  await engine.remove(id);
  return undefined;
}

/** The port of this machine that a container had, if it is for the same port inside. */
export function formerPort(
  before: Container | undefined,
  { containerPort }: RunSettings,
): number | undefined {
  return before?.binding?.inside === containerPort ? before.binding.host : undefined;
}

const PORT_TRIES = 20;

async function anew(launch: Launch, before: Container | undefined): Promise<Started> {
  const { engine, settings, ports, hash, note, restart } = launch;
  launch.tell('starting');
  keepConfiguration(settings);
  // Looked at before as well. Since then the one that had the folder around it may have run.
  findFolder(settings.workspace, undefined);
  const wish = {
    written: settings.wantedPort,
    place: launch.portPlace,
    former: launch.keepPort ? formerPort(before, settings) : undefined,
    usual: settings.containerPort,
  };
  const name = containerName(settings);
  const refused: number[] = [];
  while (refused.length < PORT_TRIES) {
    const port = await ports.choose({ ...wish, refused });
    const outcome = await engine.run(instanceArgv(settings, port, hash, restart), settings.variables);
    if (outcome.kind === 'started') {
      if (wish.written === undefined && port !== wish.usual && port !== wish.former) {
        note(`Port ${wish.usual} of this machine is taken: ${settings.instance} uses ${port}`);
      }
      return { id: outcome.id, port, already: false };
    }
    const { stderr } = outcome;
    if (isNameTaken(stderr)) throw new CliError('name-taken', { name, instance: settings.instance });
    // The engine makes the container first and then fails to start it: the remains would hold the name.
    await engine.remove(name);
    if (!isPortTaken(stderr)) throw engine.failure('start the container', stderr);
    // The engine may know better than we: an address of its own, or a race.
    refused.push(port);
  }
  throw new CliError('ports-exhausted', { from: settings.containerPort });
}
