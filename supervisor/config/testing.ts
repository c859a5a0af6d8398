import { type Problem, Problems } from '../errors/problem.ts';
import { plan } from './plan.ts';
import type { ImageContents, KnownRuntime, Plan, PlanInput } from './types.ts';
import type { SecretFiles } from './variables/doors.ts';
import { readVariables } from './variables/read.ts';

/** A runtime that does not exist, so that no change of a real one breaks a test of the rules. */
export const claw: KnownRuntime = {
  descriptor: {
    name: 'openclaw',
    title: 'Claw',
    defaultPort: 18_789,
    dialects: ['openai', 'anthropic'],
    environment: { never: [/^CLAW_/] },
    nativeChannels: [{ type: 'telegram' }],
    ownedPaths: [
      { path: 'gateway.port', instead: 'write config: { port: … }' },
      { path: 'gateway.auth', instead: 'set CLAWDEN_TOKEN' },
      { path: 'accounts.*.token', instead: 'write channels: at the top level' },
      { path: '**.$include', instead: 'write the keys themselves' },
    ],
  },
};

/** A copy of it with some things different. */
export function clawWith(changes: Partial<KnownRuntime['descriptor']>): KnownRuntime {
  return { descriptor: { ...claw.descriptor, ...changes } };
}

/** A world as a test writes it down. */
export interface World {
  readonly runtime?: string;
  readonly yaml?: string;
  /** Site defaults. */
  readonly toml?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly arguments?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly runtimes?: readonly KnownRuntime[];
  /** `unknown`: no image is at hand. */
  readonly image?: Partial<ImageContents> | 'unknown';
}

/** Files in memory; `!reason` is one that cannot be read. */
export function memoryFiles(files: Readonly<Record<string, string>> = {}): SecretFiles {
  return {
    read: (path) => {
      const text = files[path];
      if (text === undefined) return { kind: 'missing' };
      return text.startsWith('!') ? { kind: 'unreadable', reason: text.slice(1) } : { kind: 'text', text };
    },
    list: (directory) =>
      Object.keys(files)
        .filter((path) => path.startsWith(`${directory}/`))
        .map((path) => path.slice(directory.length + 1)),
  };
}

export async function planOf(world: World): Promise<Plan> {
  return plan(inputOf(world));
}

/** What a planner gets of a world. */
export function inputOf(world: World): PlanInput {
  return {
    arguments: world.runtime ? { runtime: world.runtime } : {},
    variables: readVariables(world.env ?? {}, world.arguments ?? {}, memoryFiles(world.files)),
    ...(world.yaml === undefined ? {} : { file: { path: 'clawden.yaml', text: world.yaml } }),
    runtimes: world.runtimes ?? [claw, clawWith({ name: 'zeroclaw', title: 'Zero' })],
    ...(world.toml === undefined
      ? {}
      : { defaults: { path: '/etc/clawden/defaults.toml', text: world.toml } }),
    image:
      world.image === 'unknown'
        ? undefined
        : { runtimes: ['openclaw'], tools: ['git', 'http'], plugins: {}, ...world.image },
  };
}

/** The problems of a world that has some; another exception is a failure. */
export async function problemsOf(world: World): Promise<readonly Problem[]> {
  try {
    await planOf(world);
    return [];
  } catch (error) {
    if (error instanceof Problems) return error.list;
    throw error;
  }
}
