import type { Problem } from '../errors/problem.ts';
import { shown } from '../errors/wording.ts';
import { hashOf } from './hash.ts';
import { instanceName } from './instance-name.ts';
import { chooseChannels } from './rules/channels.ts';
import { type Context, report } from './rules/context.ts';
import { chooseEnvironment } from './rules/environment.ts';
import { chooseHost } from './rules/host.ts';
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
import type { SettingsRead } from './settings.ts';
import type { Plan, PlanInput, Variables } from './types.ts';
import { knownVariables } from './variables/known.ts';
import { recorded } from './variables/recorded.ts';

/** Shorter values would mask common words, and are no secrets. */
const shortestSecret = 6;

/** A plan when nothing is wrong, else everything that is. */
export interface Outcome {
  readonly plan?: Plan;
  readonly problems: readonly Problem[];
}

/** Judges the settings of one instance. `id`: its name; undefined: that of its runtime. */
export function planInstance(input: PlanInput, read: SettingsRead, id: string | undefined): Outcome {
  const { variables, used } = recorded(input.variables);
  const context = contextOf({ ...input, variables }, read, input.variables);
  const runtime = chooseRuntime(context);
  const instance = checkedId(context, id ?? runtime?.descriptor.name ?? '');
  const channels = chooseChannels(context, runtime);
  const provider = chooseProvider(context, runtime, channels);
  const tools = chooseTools(context);
  const native = checkNative(context, runtime);
  const port = choosePort(context, runtime);
  const logLevel = chooseLogLevel(context);
  const stopBudget = chooseStopBudget(context);
  const scriptedEcho = isScriptedEcho(context);
  const expose = chooseExposure(context);
  const env = chooseEnvironment(context, runtime);
  const host = chooseHost(context);
  const token = variables.get('CLAWDEN_TOKEN');
  if (token) context.origins['token'] = token.origin;
  if (!runtime || !provider || context.problems.length > 0) return { problems: context.problems };
  const decided = {
    instance,
    runtime: runtime.descriptor.name,
    provider,
    channels,
    tools,
    native,
    port,
    expose,
    logLevel,
    env,
    ...(token ? { token: token.value } : {}),
    ...(stopBudget === undefined ? {} : { stopBudget }),
    scriptedEcho,
  };
  const secrets = [...context.secrets].filter((secret) => secret.length >= shortestSecret);
  const plan: Plan = {
    ...decided,
    host,
    variables: [...new Set([...used(), ...read.settings.references])].sort(),
    toolVariables: takenByTools(input, tools),
    channelReasons: context.channelReasons,
    nativeReferences: read.settings.nativeReferences,
    secrets,
    notices: context.notices,
    hash: hashOf(decided, secrets),
    written: context.written,
    origins: context.origins,
  };
  return { plan, problems: [] };
}

/** What the rules start from. `glance`: the variables without their memory of what was asked for. */
export function contextOf(input: PlanInput, read: SettingsRead, glance: Variables): Context {
  return {
    input,
    glance,
    settings: read.settings,
    problems: [...input.variables.problems, ...(input.problems ?? []), ...read.problems],
    notices: [],
    secrets: new Set([...read.settings.secrets, ...knownSecrets({ variables: glance })]),
    origins: {},
    written: Object.fromEntries(read.settings.written),
    channelReasons: {},
  };
}

function takenByTools({ image, variables }: PlanInput, tools: readonly string[]): readonly string[] {
  const names = tools.flatMap((tool) => image?.toolVariables?.[tool] ?? []);
  return [...new Set(names)].filter((name) => variables.refer(name).kind === 'value').sort();
}

function checkedId(context: Context, id: string): string {
  const variable = context.glance.get('CLAWDEN_INSTANCE');
  const { id: written } = context.settings;
  const at = variable?.value === id ? { where: variable.origin } : written?.at;
  if (at) context.origins['id'] = at.where;
  // A runtime that does not exist is a problem of its own.
  if (id === '' || instanceName.test(id) || id === context.settings.runtime?.value) return id;
  const expected = 'a-z, 0-9 and "-", a letter or digit first, at most 40';
  report(
    context,
    'wrong-value',
    { path: 'id', detail: `"${shown(id)}" is no name of an instance`, expected },
    at,
  );
  return id;
}

const secretsFound = new WeakMap<Variables, readonly string[]>();

/** Also those of providers that were not chosen: they are in our environment, so they must not be in a log. */
function knownSecrets({ variables }: Pick<PlanInput, 'variables'>): readonly string[] {
  const before = secretsFound.get(variables);
  if (before) return before;
  const found = knownVariables.flatMap(({ name, secret }) =>
    secret ? (variables.get(name)?.value ?? []) : [],
  );
  secretsFound.set(variables, found);
  return found;
}
