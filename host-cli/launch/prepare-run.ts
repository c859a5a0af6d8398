import type { Invocation } from '../command.ts';
import type { runOptions } from '../commands/run.ts';
import type { Engine } from '../engine.ts';
import { CliError } from '../errors.ts';
import { unknownName } from '../instances.ts';
import { findDefaults, findFile, type PlanningInput, planHere, planOneHere } from '../planning.ts';
import type { Project } from '../project.ts';
import type { RunSettings } from '../run-argv.ts';
import { lookUp, openSources, type Sources } from '../variables.ts';
import { askForTokens } from './channel-tokens.ts';
import { prepareFolders } from './folders.ts';
import { Images } from './images.ts';
import { planLaunch } from './plans.ts';
import { needLocalEngine } from './remote.ts';
import { channelsOf, checkMemory, checkPort, optionVariables } from './run-options.ts';
import { settingsOf } from './settings.ts';
import { withToken } from './sources.ts';

type RunInvocation = Invocation<typeof runOptions>;

export interface Prepared {
  readonly settings: RunSettings;
  readonly token: string;
}

/** Everything that `run` decides before the first container is touched. */
export async function prepareRun(
  invocation: RunInvocation,
  project: Project,
  engine: Engine,
): Promise<Prepared> {
  const { options, positionals, rest, environment, ui } = invocation;
  const port = options.port === undefined ? undefined : checkPort(options.port);
  const memory = options.memory === undefined ? undefined : checkMemory(options.memory);
  const sources = openSources(project, environment);
  const file = findFile(project, invocation.file);
  const fromOptions = optionVariables(options, sources);
  const [runtime] = positionals;
  if (!file && runtime === undefined && !mayNameRuntime(options, sources)) throw new CliError('no-runtime');
  needLocalEngine(environment, project.directory);
  const typed = options.env.map((text) => text.split('=')[0] ?? '');
  const answers = file
    ? new Map<string, string>()
    : await askForTokens(channelsOf(options), typed, sources, project, ui);
  const asked = [...answers].map(([name, value]) => [name, { value, option: 'your answer' }] as const);
  const { given, token } = withToken(project, sources, {
    typed: options.env,
    envFiles: options['env-file'],
    options: new Map([...fromOptions, ...asked]),
  });
  const defaults = findDefaults();
  const input = { given, file, defaults, runtime };
  const { list } = await planLaunch({
    input,
    plan: planMeant,
    images: new Images(engine, project.directory, ui),
    image: options.image ?? lookUp(sources, 'CLAWDEN_IMAGE'),
  });
  const [only] = list;
  if (!only) throw new CliError('no-runtime');
  const { plan, image } = only;
  const { ids } = file ? await planHere({ ...input, image: undefined }) : { ids: [] };
  const folders = prepareFolders({
    project,
    plan,
    file,
    defaults,
    alone: ids.length < 2,
    named: ids.length < 2 && options.name !== undefined,
    mapping: await engine.idMapping(),
    imageTools: image.tools,
  });
  const settings = settingsOf({
    project,
    plan,
    image,
    file,
    given,
    folders,
    restart: 'no',
    hostGateway: !(await engine.isPodman()),
    memory,
    port,
    arguments: [
      ...(runtime === undefined ? [] : [plan.runtime]),
      ...(rest === undefined ? [] : ['--', ...rest]),
    ],
    ...(rest === undefined ? {} : { copy: `${plan.instance}.once` }),
  });
  return { settings, token };
}

/** Without a word on the command line: `-e RUNTIME=…`, an env file, or RUNTIME in `.env`. */
function mayNameRuntime(options: RunInvocation['options'], sources: Sources): boolean {
  if (options['env-file'].length > 0 || sources.dotenv.has('RUNTIME')) return true;
  return options.env.some((text) => /^RUNTIME(=|$)/.test(text));
}

/** The instance that is meant; where that is not clear, an error that knows how this command is typed. */
async function planMeant(input: PlanningInput): ReturnType<typeof planOneHere> {
  const made = await planOneHere(input);
  if (!made.problems.some(({ code }) => /^(instance-unclear|unknown-instance)$/.test(code))) return made;
  const { ids } = await planHere(input);
  const [first = ''] = ids;
  const known = ids.join(', ');
  const name = input.given.values.CLAWDEN_INSTANCE ?? input.runtime;
  if (name === undefined) throw new CliError('which-instance', { known, first });
  throw unknownName(name, ids, 'run');
}
