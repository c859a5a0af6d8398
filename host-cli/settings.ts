import { channelTypes } from '../supervisor/channels/fields.ts';
import type { Invocation } from './command.ts';
import type { runOptions } from './commands/run.ts';
import type { Engine } from './engine.ts';
import { FALLBACK_STOP_TIMEOUT, type Image } from './engine-records.ts';
import { CliError } from './errors.ts';
import { type ClawdenFile, readClawdenFile } from './file.ts';
import { chooseImage, ensureImage } from './image.ts';
import { DEFAULT_MEMORY } from './memory.ts';
import { ensureToken, type Project } from './project.ts';
import type { RunSettings } from './run-argv.ts';
import {
  channelsPresent,
  chooseVariables,
  lookUp,
  openSources,
  type Sources,
  sendersVariable,
} from './variables.ts';
import { version } from './version.ts';

type RunInvocation = Invocation<typeof runOptions>;

const FALLBACK_PORT = 18789;
const STOP_MARGIN = 15;

export interface Prepared {
  readonly settings: RunSettings;
  readonly token: string;
}

/** Everything decided before the first container is touched. */
export async function prepare(
  invocation: RunInvocation,
  project: Project,
  engine: Engine,
): Promise<Prepared> {
  const { options, environment, ui } = invocation;
  const sources = openSources(project, environment);
  const file = readClawdenFile(project, invocation.file);
  const variables = chooseVariables(
    sources,
    {
      typed: options.env,
      envFiles: options['env-file'],
      options: optionVariables(invocation, sources),
      references: file?.references ?? [],
    },
    // As the shell completed them, which knows nothing of -f and --project-directory.
    process.cwd(),
  );
  const runtime = chooseRuntime(invocation, variables, file);
  const instance = checkName(options.name ?? runtime);
  const wantedPort = options.port === undefined ? undefined : checkPort(options.port);
  const memory = checkMemory(options.memory ?? DEFAULT_MEMORY);
  const named = options.image ?? lookUp(sources, 'CLAWDEN_IMAGE');
  const choice = chooseImage(named, project.directory);
  const image = await ensureImage(engine, choice, ui);
  const token = variables.get('CLAWDEN_TOKEN') ?? lookUp(sources, 'CLAWDEN_TOKEN') ?? ensureToken(project);
  variables.set('CLAWDEN_TOKEN', token);
  const settings: RunSettings = {
    projectId: project.id,
    instance,
    runtime,
    image: choice.reference,
    imageId: image.id,
    version: version(),
    variables,
    file: file && { path: file.path, text: file.text },
    memory,
    stopTimeout: stopTimeout(variables, image, runtime),
    containerPort: file?.port ?? numberLabel(image, `io.clawden.port.${runtime}`) ?? FALLBACK_PORT,
    wantedPort,
    arguments: imageArguments(invocation),
    hostGateway: !(await engine.isPodman()),
  };
  return { settings, token };
}

/** Seconds after which the engine may kill: the runtime's budget and what the supervisor needs around it. */
export function stopTimeout(variables: ReadonlyMap<string, string>, image: Image, runtime: string): number {
  const budget = Number(variables.get('CLAWDEN_STOP_BUDGET'));
  if (budget > 0) return Math.ceil(budget) + STOP_MARGIN;
  return numberLabel(image, `io.clawden.stop-timeout.${runtime}`) ?? FALLBACK_STOP_TIMEOUT;
}

/** The positional goes to the image as it is; what a variable or the file names, the image reads itself. */
function imageArguments({ positionals, rest }: RunInvocation): readonly string[] {
  return [...positionals, ...(rest === undefined ? [] : ['--', ...rest])];
}

function chooseRuntime(
  { positionals }: RunInvocation,
  variables: ReadonlyMap<string, string>,
  file: ClawdenFile | undefined,
): string {
  const runtime = positionals[0] ?? variables.get('RUNTIME') ?? file?.runtime;
  if (runtime !== undefined) return runtime;
  // A file without a readable runtime is the image's to judge: it has line, column and the list of what it holds.
  if (file !== undefined) return 'runtime';
  throw new CliError('no-runtime');
}

function optionVariables({ options }: RunInvocation, sources: Sources): Map<string, string> {
  const variables = new Map<string, string>();
  const channels = options.channel.flatMap((text) => text.split(',')).filter((type) => type !== '');
  if (options.provider !== undefined) variables.set('CLAWDEN_PROVIDER', options.provider);
  if (options.model !== undefined) variables.set('CLAWDEN_MODEL', options.model);
  if (channels.length > 0) variables.set('CHANNELS', channels.join(','));
  const ids = options['allow-from'];
  if (ids.length > 0) {
    const [type, ...others] = channels.length > 0 ? channels : channelsPresent(sources);
    const variable = type === undefined || others.length > 0 ? undefined : sendersVariable(type);
    if (variable === undefined) {
      throw new CliError('allow-from-whose', {
        known: channelTypes.map((each) => each.type).join(' or --channel '),
      });
    }
    variables.set(variable, ids.join(','));
  }
  return variables;
}

function checkName(name: string): string {
  if (/^[a-z0-9][a-z0-9-]{0,39}$/.test(name)) return name;
  const suggestion = name
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, 40);
  throw new CliError('bad-name', { name, suggestion: suggestion || 'my-agent' });
}

function checkPort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= 65535) return port;
  throw new CliError('bad-number', {
    option: '--port',
    value: text,
    expected: 'a port from 1 to 65535',
    example: '18789',
  });
}

function checkMemory(text: string): string {
  if (/^\d+[bkmg]?$/i.test(text)) return text.toLowerCase();
  throw new CliError('bad-number', {
    option: '--memory',
    value: text,
    expected: 'a size the engine knows',
    example: '2g',
  });
}

function numberLabel(image: Image, name: string): number | undefined {
  const value = Number(image.labels[name]);
  return Number.isInteger(value) && value > 0 ? value : undefined;
}
