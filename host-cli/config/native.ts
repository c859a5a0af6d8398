import type { RenderedFile } from '../../runtimes/contract.ts';
import { runtimeNamed } from '../../runtimes/index.ts';
import type { Plan } from '../../supervisor/config/types.ts';
import { renderInput } from '../../supervisor/render/input.ts';
import { imagePlaces, runtimePaths } from '../../supervisor/render/paths.ts';
import type { ImageFacts } from '../image-contents.ts';
import { bytesOf, DEFAULT_MEMORY } from '../memory.ts';
import { hidden } from './mask.ts';

export interface Native {
  readonly name: string;
  readonly runtime: string;
  readonly version: string;
  readonly files: readonly RenderedFile[];
  readonly argv: readonly string[];
  readonly workingDirectory: string;
  /** Names only. */
  readonly environment: readonly string[];
  readonly warnings: readonly string[];
}

/** Chosen at each start; these stand for them. */
const placeholders = { port: 1, doorPort: 2, bearer: hidden, doorKey: hidden };

/** What the runtime would get, by its own renderer. Secrets are still in it. */
export function nativeOf(plan: Plan, image: ImageFacts | undefined): Native {
  const runtime = runtimeNamed(plan.runtime);
  if (!runtime) throw new Error(`${plan.runtime} was planned and is not known`);
  const version = image?.versions[plan.runtime] ?? runtime.descriptor.version;
  const rendered = runtime.render(
    renderInput(plan, {
      ...placeholders,
      version,
      plugins: image?.contents.plugins[plan.runtime] ?? [],
      paths: runtimePaths(plan.runtime, imagePlaces),
      memoryLimit: bytesOf(plan.host.memory ?? DEFAULT_MEMORY),
    }),
  );
  const { files, argv, workingDirectory, warnings } = rendered;
  const environment = [...Object.keys(plan.env), ...Object.keys(rendered.environment)];
  return {
    name: plan.instance,
    runtime: plan.runtime,
    version,
    files,
    argv,
    workingDirectory,
    environment: [...new Set(environment)].sort(),
    warnings,
  };
}

/** A comment on each file, then the file as it is. */
export function nativeText(native: Native): string {
  const { name, runtime, version, files, argv, workingDirectory, environment, warnings } = native;
  return [
    `# ${name}: ${runtime} ${version}`,
    `# command: ${argv.join(' ')}`,
    `# in: ${workingDirectory}`,
    `# variables: ${environment.join(' ')}`,
    `# Ports and keys are made at each start; here they are ${placeholders.port}, ${placeholders.doorPort} and ${hidden}.`,
    ...warnings.map((warning) => `# warning: ${warning}`),
    ...files.flatMap(({ path, mode, content }) => [
      '',
      `# ${path}  ${mode.toString(8).padStart(4, '0')}`,
      content.trimEnd(),
    ]),
  ].join('\n');
}
