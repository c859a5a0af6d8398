import { type Problem, Problems } from '../errors/problem.ts';
import { hashOf } from './hash.ts';
import { chooseChannels } from './rules/channels.ts';
import type { Context } from './rules/context.ts';
import { checkNative } from './rules/native.ts';
import { chooseProvider } from './rules/provider.ts';
import { chooseRuntime } from './rules/runtime.ts';
import {
  chooseExposure,
  chooseLogLevel,
  choosePort,
  chooseStopBudget,
  chooseTools,
  isScriptedEcho,
} from './rules/values.ts';
import { noSettings, type SettingsRead } from './settings.ts';
import type { Plan, PlanInput } from './types.ts';
import { knownVariables } from './variables/known.ts';

/** Shorter values would mask common words, and are no secrets. */
const shortestSecret = 6;

/** What the container will be, or Problems with everything that is wrong at once. Reads nothing but its input. */
export async function plan(input: PlanInput): Promise<Plan> {
  const read = await settingsOf(input);
  const context: Context = {
    input,
    settings: read.settings,
    problems: [...input.variables.problems, ...(input.problems ?? []), ...read.problems],
    notices: [],
    secrets: new Set([...read.settings.secrets, ...knownSecrets(input)]),
    origins: {},
  };
  const runtime = chooseRuntime(context);
  const channels = chooseChannels(context, runtime);
  const provider = chooseProvider(context, runtime, channels);
  const tools = chooseTools(context);
  const native = checkNative(context, runtime);
  const port = choosePort(context, runtime);
  const logLevel = chooseLogLevel(context);
  const stopBudget = chooseStopBudget(context);
  const scriptedEcho = isScriptedEcho(context);
  const expose = chooseExposure(context);
  const token = input.variables.get('CLAWDEN_TOKEN');
  if (token) context.origins['token'] = token.origin;
  if (!runtime || !provider || context.problems.length > 0) throw new Problems(inOrder(context.problems));
  const decided = {
    instance: runtime.descriptor.name,
    runtime: runtime.descriptor.name,
    provider,
    channels,
    tools,
    native,
    port,
    expose,
    logLevel,
    ...(token ? { token: token.value } : {}),
    ...(stopBudget === undefined ? {} : { stopBudget }),
    scriptedEcho,
  };
  const secrets = [...context.secrets].filter((secret) => secret.length >= shortestSecret);
  return {
    ...decided,
    nativeReferences: read.settings.nativeReferences,
    secrets,
    notices: context.notices,
    hash: hashOf(decided, secrets),
    origins: context.origins,
  };
}

/** YAML and schema are loaded only when there is a file: PID 1 without one starts that much sooner. */
async function settingsOf({ file, problems, variables }: PlanInput): Promise<SettingsRead> {
  if (!file) {
    const unknown = (problems ?? []).length > 0 || variables.refer('CLAWDEN_CONFIG').kind === 'problem';
    return { settings: noSettings(unknown), problems: [] };
  }
  const { readSettings } = await import('./file/read.ts');
  return readSettings(file, variables);
}

/** Also those of providers that were not chosen: they are in our environment, so they must not be in a log. */
function knownSecrets({ variables }: PlanInput): readonly string[] {
  return knownVariables.flatMap(({ name, secret }) => (secret ? (variables.get(name)?.value ?? []) : []));
}

/** Arguments and variables first, then the file from top to bottom; each once. */
function inOrder(problems: readonly Problem[]): readonly Problem[] {
  const unique = new Map(
    problems.map((problem) => [JSON.stringify([problem.message, problem.where]), problem]),
  );
  return [...unique.values()].sort((a, b) => offset(a) - offset(b));
}

function offset({ where }: Problem): number {
  return where?.kind === 'file' ? where.line * 10_000 + Math.min(where.column, 9_999) : 0;
}
