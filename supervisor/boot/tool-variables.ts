import type { Variables } from '../config/types.ts';
import { isSecretName, knownVariable } from '../config/variables/known.ts';
import type { Problem } from '../errors/problem.ts';
import { isNever } from '../tools/environment.ts';
import type { ToolManifest } from '../tools/manifest.ts';

export interface SeenVariables {
  readonly values: Readonly<Record<string, string>>;
  /** For the mask. */
  readonly secrets: readonly string[];
  readonly problems: readonly Problem[];
}

/**
 * What of the container's variables a setup may see. A secret comes through any of its three doors; one that is a file
 * stays there, and the setup is told where, so that it is written nowhere else.
 */
export function variablesOf(manifest: ToolManifest, variables: Variables): SeenVariables {
  const values: Record<string, string> = {};
  const secrets: string[] = [];
  const problems: Problem[] = [];
  for (const name of Object.keys(manifest.variables)) {
    const found = variables.refer(name);
    if (found.kind === 'problem') problems.push(found.problem);
    if (found.kind !== 'value') continue;
    const { value, origin } = found.variable;
    if (origin.kind === 'secret-file' && isSecretName(name)) values[`${name}_FILE`] = origin.file;
    else values[name] = value;
    secrets.push(...secretsIn(name, value));
  }
  return { values, secrets, problems };
}

/** A secret's value, and its long lines one by one: a key of several lines is printed line by line. */
export function secretsIn(name: string, value: string): readonly string[] {
  if (!isSecretName(name)) return [];
  const lines = value.split(/\r?\n/).filter((line) => line.length >= 16 && !line.startsWith('-----'));
  return [value, ...lines];
}

/** Keys and tokens that are the supervisor's to give out. */
export function reserved(name: string): boolean {
  return knownVariable(name) !== undefined || knownVariable(name.replace(/_FILE$/, ''))?.secret === true;
}

/** Names that a manifest may not ask for. */
export function unseen(name: string): boolean {
  return isNever(name, reserved);
}
