import type { Engine } from './engine.ts';
import { isNameTaken, isPortTaken } from './engine-failures.ts';
import type { Container } from './engine-records.ts';
import { CliError } from './errors.ts';
import { isFree, nextFree } from './ports.ts';
import { containerName, instanceArgv, type RunSettings } from './run-argv.ts';
import { stopGently } from './stopping.ts';
import type { Ui } from './ui.ts';

export interface Started {
  readonly id: string;
  readonly port: number;
  /** It ran already with the same settings. */
  readonly already: boolean;
}

/** One container of that name with these settings: kept when it is one, else made anew. */
export async function start(engine: Engine, settings: RunSettings, hash: string, ui: Ui): Promise<Started> {
  const before = await predecessor(engine, settings);
  if (before?.running && before.settings === hash && before.port !== undefined) {
    return { id: before.id, port: before.port, already: true };
  }
  if (before) await replace(engine, before, hash, ui);
  return launch(engine, settings, hash, ui);
}

async function predecessor(engine: Engine, settings: RunSettings): Promise<Container | undefined> {
  const all = await engine.containers(settings.projectId);
  return all.find((container) => container.instance === settings.instance);
}

async function replace(engine: Engine, before: Container, hash: string, ui: Ui): Promise<void> {
  if (before.running) {
    const why = before.settings === hash ? 'without its port' : 'with other settings';
    ui.note(`${before.instance} runs ${why}: it is replaced; its memory and workspace stay`);
    await stopGently(engine, [before], ui);
  }
  await engine.remove(before.id);
}

const PORT_TRIES = 20;

async function launch(engine: Engine, settings: RunSettings, hash: string, ui: Ui): Promise<Started> {
  let port = await choosePort(settings, settings.wantedPort ?? settings.containerPort);
  for (let tries = 0; tries < PORT_TRIES; tries += 1) {
    const outcome = await engine.run(instanceArgv(settings, port, hash), settings.variables);
    if (outcome.kind === 'started') {
      if (settings.wantedPort === undefined && port !== settings.containerPort) {
        ui.note(`Port ${settings.containerPort} of this machine is taken: using ${port}`);
      }
      return { id: outcome.id, port, already: false };
    }
    const { stderr } = outcome;
    const name = containerName(settings);
    if (isNameTaken(stderr)) throw new CliError('name-taken', { name, instance: settings.instance });
    // The engine makes the container first and then fails to start it: the remains would hold the name.
    await engine.remove(name);
    if (!isPortTaken(stderr)) throw engine.failure('start the container', stderr);
    port = await choosePort(settings, port + 1, port);
  }
  throw new CliError('port-taken', { port, next: await nextFree(port + 1) });
}

/** A port nobody listens on here. The engine may still know better: an address of its own, or a race. */
async function choosePort(settings: RunSettings, from: number, refused?: number): Promise<number> {
  const wanted = settings.wantedPort;
  if (wanted === undefined) return nextFree(from);
  if (refused === undefined && (await isFree(wanted))) return wanted;
  throw new CliError('port-taken', { port: wanted, next: await nextFree(wanted + 1) });
}
