import type { ConfigFile } from '../types.ts';
import { readDocument } from './document.ts';
import { instancesOf, type ProjectSource } from './instances.ts';
import { readSite } from './site.ts';

export { readSettings } from './read.ts';

/** A file and the site defaults, parsed; both are optional. */
export async function openProject(
  file: ConfigFile | undefined,
  defaults: ConfigFile | undefined,
): Promise<ProjectSource> {
  const site = defaults && (await readSite(defaults));
  const document = file && readDocument(file);
  const syntax = [...(document?.problems ?? []), ...(site?.problems ?? [])];
  // No tree at all: nothing can be said of it but where it breaks.
  const broken = document !== undefined && document.value === undefined && document.problems.length > 0;
  if (broken) return { instances: [], several: false, problems: syntax };
  const project = instancesOf(document, site);
  return { ...project, problems: [...syntax, ...project.problems] };
}
