import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Runtime } from '../../runtimes/contract.ts';
import { image } from '../helpers/docker.ts';
import type { Subject } from './subject.ts';

/** The program under test and how it gets into a container. */
export interface Program {
  readonly kind: 'real' | 'twin';
  readonly image: string;
  /** More words for `docker run`. */
  readonly words: readonly string[];
  readonly [Symbol.dispose]: () => void;
}

/** The runtime that is in the image. */
export function realProgram(from = image): Program {
  return { kind: 'real', image: from, words: [], [Symbol.dispose]: () => undefined };
}

/**
 * A twin, laid over the program's place in the image together with the manifest that makes the runtime present. What
 * it shows is the suite and the supervisor, never the runtime: docs/conformance.md takes no result of a twin.
 */
export function twinProgram(subject: Subject, runtime: Runtime, twin = subject.twin ?? ''): Program {
  const folder = mkdtempSync(join(tmpdir(), 'clawden-twin-'));
  const { name, version, executable } = runtime.descriptor;
  const inImage = `/opt/clawden/runtimes/${name}`;
  const files: Record<string, string> = {
    'manifest.json': JSON.stringify({ name, version, plugins: [], bytes: 0 }),
    ...subject.twinFiles,
  };
  for (const [file, content] of Object.entries(files)) writeFileSync(join(folder, file), content);
  const program = executable.file.replace('{dir}/', '');
  const placed = join(folder, 'program');
  mkdirSync(folder, { recursive: true });
  copyFileSync(new URL(`../fakes/${twin}`, import.meta.url), placed);
  chmodSync(placed, 0o755);
  const mount = (from: string, to: string): string[] => ['-v', `${from}:${inImage}/${to}:ro`];
  return {
    kind: 'twin',
    image,
    words: [
      ...mount(placed, program),
      ...Object.keys(files).flatMap((file) => mount(join(folder, file), file)),
    ],
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}
