import { randomBytes } from 'node:crypto';
import type { NativeIssue } from '../../runtimes/contract.ts';
import { runtimeNamed, runtimes } from '../../runtimes/index.ts';
import { findConfigFile, findDefaults, realFiles } from '../config/files.ts';
import { originOf } from '../config/origin.ts';
import { plan } from '../config/plan.ts';
import { readVariables } from '../config/variables/read.ts';
import { Problems, problem } from '../errors/problem.ts';
import { metrics } from '../http/metrics.ts';
import { createListeners, listenPort, listenSocket } from '../http/server.ts';
import { loadNative } from '../process/native.ts';
import { startReaper } from '../process/reaper.ts';
import { validate } from '../render/validate.ts';
import { createAccess } from './access.ts';
import { parseArguments } from './arguments.ts';
import { channelsApi } from './channels-api.ts';
import { type Container, must } from './container.ts';
import { currentHealth, currentMetrics, currentStatus } from './facts.ts';
import { writeIdentity } from './identity.ts';
import { presentRuntimes } from './image.ts';
import { checkMemory } from './memory.ts';
import { runOnce } from './once.ts';
import type { MaskedOutput } from './output.ts';
import { freePort } from './ports.ts';
import { inspectNative, ofVersion, prepare, renderIdentity } from './prepare.ts';
import { runValidator } from './processes.ts';
import { relaySocket, superviseTheRelay } from './relay.ts';
import { supervise, tellRelay } from './runtime.ts';
import { createSigns } from './signs.ts';
import { lockState } from './state-lock.ts';
import { activateTools, presentTools } from './tools.ts';
import { sharedUmask } from './umask.ts';
import { checkVolumes, volumeNeeds } from './volumes.ts';

/** It starts in a tenth of a second; a machine under heavy load gets three hundred times that. */
const relayDeadline = 30_000;

export type Starting = Container & { readonly output: MaskedOutput };

export interface Step {
  readonly name: string;
  readonly run: (container: Starting) => void | Promise<void>;
}

/**
 * The boot, in order. Signal handlers stand before the first step (main.ts). A step throws `Problems` to end the boot
 * with every error it found; nothing after it runs, and the teardown undoes what was done.
 */
export const bootSteps: readonly Step[] = [
  { name: 'read the arguments', run: readArguments },
  { name: 'open the local socket', run: openSocket },
  { name: 'make the plan', run: makePlan },
  { name: 'open the port', run: openPort },
  { name: 'take over orphans', run: takeOrphans },
  { name: 'check volumes and memory', run: checkPlaces },
  { name: 'activate tools', run: activateTools },
  { name: 'read who may talk', run: openAccess },
  { name: 'render and validate', run: renderAndValidate },
  { name: 'start the relay', run: startRelay },
  { name: 'start the runtime', run: startRuntime },
];

function readArguments(container: Starting): void {
  const parsed = parseArguments(container.argv);
  // Help and version are answered in main.ts, before anything is opened.
  if (parsed.kind !== 'boot') return;
  container.command = parsed;
  container.variables = readVariables(container.environment, parsed.variables, realFiles);
  if (container.identity.uid === 0) throw new Problems([problem('running-as-root')]);
}

async function openSocket(container: Starting): Promise<void> {
  const { places } = container;
  // Before the plan: probes get reasons, not refusals. Scratch space that is not writable is refused here already.
  const scratch = checkVolumes(
    volumeNeeds.filter(({ kind }) => kind === 'scratch'),
    container.identity,
  );
  if (scratch.length > 0) throw new Problems(scratch);
  writeIdentity(container.identity, places.home, places.run);
  container.listeners = createListeners({
    health: () => currentHealth(container),
    status: () => currentStatus(container),
    channels: () => channelsApi(container),
    metrics: () => metrics(currentMetrics(container)),
    token: () => container.token,
    relay: () =>
      container.secrets && container.relay?.up()
        ? { socketPath: relaySocket(container), internalKey: container.secrets.internalKey }
        : undefined,
    native: () => {
      if (container.plan?.expose !== 'native' || !container.runtime) return undefined;
      const view = container.supervised?.view();
      return {
        endpoint: view?.serving ? view.rendered?.endpoint : undefined,
        paths: container.runtime.descriptor.exposedPaths,
      };
    },
  });
  await listenSocket(container.listeners.local, `${places.run}/clawden.sock`);
}

async function makePlan(container: Starting): Promise<void> {
  const { places, identity } = container;
  const variables = must(container.variables, 'variables');
  const manifests = presentRuntimes(places.opt);
  const { file, problems } = findConfigFile(variables, realFiles, identity.uid);
  const site = findDefaults(realFiles, identity.uid);
  const made = await plan({
    arguments: must(container.command, 'arguments'),
    variables,
    ...(file ? { file } : {}),
    ...(site.file ? { defaults: site.file } : {}),
    problems: [...problems, ...site.problems],
    runtimes,
    image: {
      runtimes: manifests.map(({ name }) => name),
      tools: presentTools(places),
      plugins: Object.fromEntries(manifests.map(({ name, plugins }) => [name, plugins])),
    },
  });
  container.plan = made;
  container.manifest = must(
    manifests.find(({ name }) => name === made.runtime),
    'manifest',
  );
  container.runtime = ofVersion(must(runtimeNamed(made.runtime), 'runtime'), container.manifest.version);
  container.secrets = { bearer: random(), doorKey: `door-${random()}`, internalKey: random() };
  container.token = made.token ?? random();
  container.output.hide([...made.secrets, ...Object.values(container.secrets)]);
  container.log.setLevel(made.logLevel);
  for (const notice of made.notices) container.log.warn(notice);
}

async function openPort(container: Starting): Promise<void> {
  // A program that runs once serves nobody, and may run beside a container that has the port.
  if (container.command?.oneShot) return;
  const { port, token } = must(container.plan, 'plan');
  try {
    await listenPort(must(container.listeners, 'listeners').open, port);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
    throw new Problems([problem('port-taken', { port, next: port + 1 })]);
  }
  container.log.info('listening', { port });
  if (!token) {
    // Said once, as Jupyter does, and at a level that a quiet log still shows; a chosen token is never printed.
    container.log.warn(`no CLAWDEN_TOKEN is set; the token of this start is ${container.token}`);
  }
}

function takeOrphans(container: Starting): void {
  const native = loadNative();
  // The belt: node itself is 0711 in the image, so /proc/PID/environ is closed from the first instruction.
  native.setUndumpable();
  native.forbidCoreFiles();
  const reaper = startReaper({ native });
  container.zombies = () => reaper.waiting;
  container.stopReaper = () => reaper.stop();
}

function checkPlaces(container: Starting): void {
  const { descriptor } = must(container.runtime, 'runtime');
  const memory = checkMemory(descriptor, container.memory());
  const found = [...checkVolumes(volumeNeeds, container.identity), ...memory.problems];
  if (found.length > 0) throw new Problems(found);
  for (const warning of memory.warnings) container.log.warn(warning);
  const umask = sharedUmask(container.places.workspace, container.identity.groups);
  if (umask !== undefined) container.umask = umask;
  // A one-shot command beside a running container is no second one.
  if (!descriptor.lockState || container.command?.oneShot) return;
  const { state } = container.places;
  const lock = lockState(state, descriptor.name);
  if (lock === 'taken')
    throw new Problems([problem('state-in-use', { runtime: descriptor.title, path: state })]);
  if (lock === 'impossible')
    container.log.warn(`${state} keeps no locks: nothing would notice a second container on it`);
}

function openAccess(container: Starting): void {
  container.access = createAccess(container);
}

async function renderAndValidate(container: Starting): Promise<void> {
  const runtime = must(container.runtime, 'runtime');
  container.doorPort = await freePort();
  const rendered = await prepare(container);
  for (const warning of rendered.warnings) container.log.warn(warning);
  refuse(container, inspectNative(container));
  const verdict = await validate(runtime, rendered, renderIdentity(container), {
    run: (command) => runValidator(container, rendered, command),
    marks: `${container.places.state}/.clawden/validated`,
    volume: container.places.state,
  });
  const { title } = runtime.descriptor;
  switch (verdict.kind) {
    case 'valid':
      for (const warning of verdict.warnings)
        container.log.warn(`${title} says of its configuration: ${warning}`);
      return;
    case 'invalid':
      return refuse(container, verdict.issues);
    case 'broken':
      throw new Problems([problem('validator-failed', { runtime: title, detail: verdict.detail })]);
    default: {
      const never: never = verdict;
      return never;
    }
  }
}

/** Ends the boot with what is wrong with the native configuration, if anything is. */
function refuse(container: Starting, issues: readonly NativeIssue[]): void {
  const plan = must(container.plan, 'plan');
  const { title } = must(container.runtime, 'runtime').descriptor;
  const found = issues.map(({ path, message }) =>
    problem(
      'native-invalid',
      { runtime: title, path: path || 'the file', detail: message },
      originOf(plan, `config.${path}`),
    ),
  );
  if (found.length > 0) throw new Problems(found);
}

async function startRelay(container: Starting): Promise<void> {
  container.relay = superviseTheRelay(container);
  container.relay.start();
  const late = container.clock.sleep(relayDeadline).then(() => 'late' as const);
  if ((await Promise.race([container.relay.listening, late])) === 'late') {
    throw new Problems([problem('relay-failed', { seconds: relayDeadline / 1000 })]);
  }
  if (!container.command?.oneShot) container.access?.open();
}

function startRuntime(container: Starting): void | Promise<void> {
  const words = container.command?.oneShot;
  if (words) return runOnce(container, words);
  container.signs = createSigns(must(container.runtime, 'runtime').descriptor.channelSigns);
  container.supervised = supervise(container);
  container.phase = 'up';
  container.supervised.start();
  tellRelay(container);
}

function random(): string {
  return randomBytes(24).toString('base64url');
}
