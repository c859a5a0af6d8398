import type { Runtime } from '../../runtimes/contract.ts';
import { runtimeNamed } from '../../runtimes/index.ts';

/** What the suite must know of a runtime beyond its descriptor: data, one file per runtime in `subjects/`. */
export interface Subject {
  readonly runtime: string;
  /** Executable in test/fakes that stands in for the program where the real one cannot be had; absent: always real. */
  readonly twin?: string;
  /** More files of the runtime's folder in the image that the twin's image needs, by name, with their content. */
  readonly twinFiles?: Readonly<Record<string, string>>;
  /** Tool calls by which its agent would look for secrets; each is asked for by the model in a turn of its own. */
  readonly looks: readonly ToolCall[];
  /** Wrong lines under `config:`, each with the path that an error must name. */
  readonly typos: readonly Typo[];
  /** What a stranger gets on a native channel: nothing, or a notice of the runtime's own that no switch turns off. */
  readonly strangers: 'nothing' | 'notice';
}

export interface ToolCall {
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

export interface Typo {
  /** YAML below `config:`, without indentation. */
  readonly yaml: string;
  /** Must stand in the error. */
  readonly names: string;
}

/** The subject of that name. Throws with the names there are. */
export async function subjectNamed(name: string): Promise<{ subject: Subject; runtime: Runtime }> {
  const runtime = runtimeNamed(name);
  if (!runtime) throw new Error(`no runtime "${name}"`);
  const module = (await import(`./subjects/${name}.ts`)) as { subject: Subject };
  return { subject: module.subject, runtime };
}
