import type { Plan } from '../../supervisor/config/types.ts';
import { accountsOf } from '../accounts.ts';
import { FALLBACK_STOP_TIMEOUT } from '../engine-records.ts';
import type { Given } from '../given.ts';
import { DEFAULT_MEMORY } from '../memory.ts';
import type { FoundFile } from '../planning.ts';
import type { Project } from '../project.ts';
import type { RunSettings } from '../run-argv.ts';
import { version } from '../version.ts';
import { configurationFile } from './configuration.ts';
import type { Folders } from './folders.ts';
import type { PresentImage } from './images.ts';
import { valuesFor } from './sources.ts';

/** What `run` and `up` decide beside the plan. */
export interface Choices {
  readonly project: Project;
  readonly plan: Plan;
  readonly image: PresentImage;
  readonly file: FoundFile | undefined;
  readonly given: Given;
  readonly folders: Folders;
  readonly restart: RunSettings['restart'];
  readonly hostGateway: boolean;
  /** Stronger than the file's. */
  readonly memory?: string | undefined;
  readonly port?: number | undefined;
  readonly arguments?: readonly string[];
  /** A command that runs once has a copy of the file for itself. */
  readonly copy?: string;
}

const STOP_MARGIN = 15;

/** From what an instance comes to, to the container that it will be. */
export function settingsOf(choices: Choices): RunSettings {
  const { project, plan, image, file, given } = choices;
  const { instance, runtime, host } = plan;
  // A tool takes GITHUB_TOKEN and the like; in a shell those are the person's own, and the agent would get them.
  const forTools = plan.toolVariables.filter(given.isWritten);
  const variables = valuesFor([...plan.variables, ...forTools, 'CLAWDEN_TOKEN'], given);
  variables.set('CLAWDEN_INSTANCE', instance);
  return {
    project,
    instance,
    runtime,
    plan: plan.hash,
    image: image.reference,
    imageId: image.id,
    version: version(),
    variables,
    file: file && { path: configurationFile(project, choices.copy ?? instance), text: file.text },
    folders: choices.folders.options,
    workspace: choices.folders.workspace,
    accounts: accountsOf(plan.channels),
    memory: choices.memory ?? host.memory ?? DEFAULT_MEMORY,
    cpus: host.cpus === undefined ? undefined : String(host.cpus),
    restart: choices.restart,
    stopTimeout: stopTimeout(plan.stopBudget, image.facts.stopTimeouts[runtime]),
    containerPort: plan.port,
    wantedPort: choices.port ?? (plan.origins['config.port'] ? plan.port : undefined),
    arguments: choices.arguments ?? [],
    hostGateway: choices.hostGateway,
  };
}

/** Seconds after which the engine may kill: the runtime's budget and what the supervisor needs around it. */
export function stopTimeout(budget: number | undefined, usual: number | undefined): number {
  return budget === undefined ? (usual ?? FALLBACK_STOP_TIMEOUT) : Math.ceil(budget / 1000) + STOP_MARGIN;
}
