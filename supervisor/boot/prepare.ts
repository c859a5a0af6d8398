import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import type {
  NativeIssue,
  Rendered,
  RenderedFile,
  RenderInput,
  Runtime,
  RuntimePaths,
} from '../../runtimes/contract.ts';
import { Problems, problem } from '../errors/problem.ts';
import { writeFiles } from '../render/files.ts';
import { renderInput as inputOf } from '../render/input.ts';
import { runtimePaths as pathsOf } from '../render/paths.ts';
import { type Container, must } from './container.ts';
import { enterFile } from './enter.ts';
import { freePort } from './ports.ts';
import { runtimeEnvironment } from './processes.ts';
import { readySecretDoor } from './secret-door.ts';

/** Renders for a free private port, clears what a killed process left, and writes the files. */
export async function prepare(container: Container): Promise<Rendered> {
  const runtime = must(container.runtime, 'runtime');
  const { state, program } = runtimePaths(container);
  for (const directory of ['', ...runtime.descriptor.stateDirectories]) {
    stateFolder(directory ? `${state}/${directory}` : state);
  }
  for (const seed of runtime.descriptor.stateSeeds) {
    plantSeed(seed.from.replace('{dir}', program), `${state}/${seed.to}`);
  }
  const { staleFiles, failureFiles } = runtime.descriptor;
  for (const file of [...staleFiles, ...failureFiles])
    rmSync(`${state}/${file}`, { recursive: true, force: true });
  const input = renderInput(container, await freePort());
  const rendered = runtime.render(input);
  must(container.access, 'access').rendered(input.channels);
  writeFiles(
    [...rendered.files, forCommands(container, rendered)],
    [container.places.run, container.places.state],
  );
  await readySecretDoor(container, rendered);
  container.rendered = rendered;
  return rendered;
}

/**
 * Sessions and memory are in here, so nothing is cleared away: who moved them behind a symlink, an agent or its owner,
 * is told.
 */
function stateFolder(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink())
    throw new Problems([problem('state-is-link', { path })]);
  mkdirSync(path, { recursive: true, mode: 0o700 });
}

/** A state that already has the file keeps its own; so does one with a link that leads nowhere. */
function plantSeed(from: string, to: string): void {
  if (!existsSync(from) || lstatSync(to, { throwIfNoEntry: false })) return;
  // By rename: half a copy, left by a kill, would count as there at the next start.
  const temporary = `${to}.${process.pid}.tmp`;
  rmSync(temporary, { recursive: true, force: true });
  copyFileSync(from, temporary);
  chmodSync(temporary, 0o600);
  renameSync(temporary, to);
}

/** What the runtime would swallow without a word. */
export function inspectNative(container: Container): readonly NativeIssue[] {
  const { program } = runtimePaths(container);
  const read = (name: string): string | undefined => {
    const file = `${program}/${name}`;
    return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  };
  const { native, nativeReferences } = must(container.plan, 'plan');
  return must(container.runtime, 'runtime').inspect?.(native, read, nativeReferences) ?? [];
}

/** The runtime as the release in the image has it. */
export function ofVersion(runtime: Runtime, version: string): Runtime {
  return { ...runtime, descriptor: runtime.forVersion?.(version) ?? runtime.descriptor };
}

/** The same for every start of the same plan: ports and keys, which change each time, are held fixed. */
export function renderIdentity(container: Container): string {
  const input = renderInput(container, 1);
  const door = { ...input.door, baseUrl: input.door.baseUrl.replace(/:\d+/, ':1'), key: '' };
  const { files } = must(container.runtime, 'runtime').render({ ...input, bearer: '', door });
  const hash = createHash('sha256').update(must(container.manifest, 'manifest').version);
  for (const file of files) hash.update(`${file.path}\n${file.content}\n`);
  return hash.digest('hex').slice(0, 32);
}

export function runtimePaths(container: Container): RuntimePaths {
  return pathsOf(must(container.runtime, 'runtime').descriptor.name, container.places);
}

/** The environment of `clawden exec`. */
function forCommands(container: Container, rendered: Rendered): RenderedFile {
  const { places } = container;
  const { name, executable } = must(container.runtime, 'runtime').descriptor;
  const content = enterFile({
    runtime: name,
    directory: places.workspace,
    umask: (container.umask ?? process.umask()).toString(8),
    program: rendered.argv.slice(0, rendered.argv.length - executable.serve.length),
    environment: { ...runtimeEnvironment(container, rendered), ...rendered.forPeople },
    commands: `${places.opt}/commands`,
    secrets: [...must(container.plan, 'plan').secrets, ...Object.values(must(container.secrets, 'secrets'))],
  });
  return { path: `${places.run}/enter`, mode: 0o600, content };
}

function renderInput(container: Container, port: number): RenderInput {
  const { version, plugins } = must(container.manifest, 'manifest');
  const { bearer, doorKey } = must(container.secrets, 'secrets');
  const channels = must(container.access, 'access').forRuntime();
  return inputOf(
    { ...must(container.plan, 'plan'), channels },
    {
      version,
      plugins,
      paths: runtimePaths(container),
      port,
      doorPort: must(container.doorPort, 'door port'),
      bearer,
      doorKey,
      memoryLimit: container.memory().limit,
    },
  );
}
