import { type Engine, openEngine } from '../engine.ts';
import { engineFailure, lastWords } from '../engine-failures.ts';
import { type Container, labels, parseContainers } from '../engine-records.ts';
import { CliError } from '../errors.ts';
import { checkout } from '../program.ts';
import { type Answer, query } from '../query.ts';
import { type Findings, fromError } from './finding.ts';

/** What the engine says of itself and its machine; undefined where it does not tell. */
export interface EngineFacts {
  readonly ask: Ask;
  /** Bytes. */
  readonly memory: number | undefined;
  /** Folder of images and volumes; undefined also when it is on another machine. */
  readonly folder: string | undefined;
  /** It runs on this machine, so its ports and folders are ours. */
  readonly local: boolean;
}

/** One call of the engine's command; never throws, and ends in time. */
export type Ask = (argv: readonly string[], limit?: number) => Promise<Answer>;

export interface EngineReport {
  readonly findings: Findings;
  readonly facts: EngineFacts | undefined;
}

const OLDEST = [20, 10] as const;

/** Is there an engine, does it answer us, is it new enough? Each question has `limit` milliseconds. */
export async function askEngine(environment: NodeJS.ProcessEnv, limit: number): Promise<EngineReport> {
  let engine: Engine;
  try {
    engine = openEngine(environment);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return { findings: [fromError(error)], facts: undefined };
  }
  const { binary } = engine;
  const ask: Ask = (argv, most = limit) => query(binary, argv, { environment, limit: most });
  const [version, info] = await Promise.all(
    ['version', 'info'].map((word) => ask([word, '--format', '{{json .}}'])) as [
      Promise<Answer>,
      Promise<Answer>,
    ],
  );
  if (version.late) {
    const text = `${binary} gives no answer within ${limit / 1000} s`;
    return { findings: [{ level: 'error', text, fix: `${binary} info` }], facts: undefined };
  }
  if (!version.ok) {
    const { stderr } = version;
    const error = engineFailure({ action: 'answer', stderr, environment, checkout: checkout() });
    return { findings: [fromError(error)], facts: undefined };
  }
  const facts = factsOf(ask, environment, parse(version.stdout), parse(info.stdout));
  return { findings: [judge(binary, parse(version.stdout), parse(info.stdout))], facts };
}

/** Containers of a project; an engine that fails meanwhile throws. */
export async function containersOf(ask: Ask, project: string): Promise<readonly Container[]> {
  const filters = [`label=${labels.project}=${project}`, `label=${labels.settings}`];
  const argv = ['ps', '--all', '--quiet', '--no-trunc', ...filters.flatMap((filter) => ['--filter', filter])];
  const ids = mustAnswer(await ask(argv))
    .split('\n')
    .filter(Boolean);
  return ids.length === 0 ? [] : parseContainers(mustAnswer(await ask(['container', 'inspect', ...ids])));
}

function mustAnswer({ ok, stdout, stderr, late }: Answer): string {
  if (ok) return stdout;
  throw new Error(late ? 'the engine gave no answer in time' : lastWords(stderr));
}

function judge(binary: string, version: Fields, info: Fields): Findings[number] {
  const server = text(fields(version.Server).Version);
  // podman works without a server, and counts in its own versions.
  if (server === undefined)
    return { level: 'ok', text: `${binary} ${text(fields(version.Client).Version) ?? ''} answers` };
  const [major = 0, minor = 0] = server.split('.').map((part) => Number.parseInt(part, 10));
  const old = major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
  if (old && !isPodman(version)) {
    const fix = 'install Docker 20.10 or newer: https://docs.docker.com/engine/install/';
    return { level: 'error', text: `the engine is Docker ${server}; 20.10 is the oldest that will do`, fix };
  }
  const system = text(info.OSType);
  if (system !== undefined && system !== 'linux') {
    return {
      level: 'error',
      text: `the engine runs ${system} containers`,
      fix: 'switch it to Linux containers',
    };
  }
  return { level: 'ok', text: `${binary} answers: engine ${server}` };
}

function factsOf(ask: Ask, environment: NodeJS.ProcessEnv, version: Fields, info: Fields): EngineFacts {
  const context = text(fields(version.Client).Context) ?? 'default';
  const host = environment.DOCKER_HOST;
  const here = host === undefined ? context === 'default' : host.startsWith('unix:');
  // Docker Desktop keeps its engine in a virtual machine that shows its ports here, but not its folders.
  const desktop = /docker desktop/i.test(text(info.OperatingSystem) ?? '');
  const memory = typeof info.MemTotal === 'number' && info.MemTotal > 0 ? info.MemTotal : undefined;
  const local = here || desktop;
  return { ask, memory, local, folder: here && !desktop ? text(info.DockerRootDir) : undefined };
}

function isPodman(version: Fields): boolean {
  const { Components: components } = fields(version.Server);
  return (
    Array.isArray(components) && components.some((part) => /podman/i.test(text(fields(part).Name) ?? ''))
  );
}

type Fields = Readonly<Record<string, unknown>>;

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function parse(json: string): Fields {
  try {
    return fields(JSON.parse(json));
  } catch {
    return {};
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
