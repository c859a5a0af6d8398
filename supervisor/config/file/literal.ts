import type { Json, JsonObject } from '../../../runtimes/contract.ts';
import { type Problem, problem } from '../../errors/problem.ts';
import { keyOf, type Path, pathText } from '../path.ts';
import type { Layered } from './layers.ts';
import { isMap } from './layers.ts';
import { type Resolution, suggestedName } from './resolve.ts';

/**
 * Secrets written out where their names are the runtime's or the user's, so that the key's ending must do: `maxTokens`
 * (a number) and `mainKey` are none.
 */
export function literalSecrets(values: JsonObject, base: Path, document: Layered): readonly Problem[] {
  const problems: Problem[] = [];
  const walk = (value: Json, path: Path): void => {
    if (typeof value === 'string' && isSecret(String(path.at(-1)), value)) {
      problems.push(literalProblem(path, suggestedName(path), document));
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value))
        walk(inner, [...path, Array.isArray(value) ? Number(key) : key]);
    }
  };
  walk(values, base);
  return problems;
}

/** The same for values whose references are resolved already. */
export function literalValues(
  values: Json | undefined,
  base: Path,
  document: Layered,
  { referred }: Resolution,
): readonly Problem[] {
  if (!isMap(values)) return [];
  const written = Object.entries(values).filter(([key]) => !referred.has(keyOf([...base, key])));
  return literalSecrets(Object.fromEntries(written), base, document);
}

/** A secret at that path; the variable's name is the one to suggest. */
export function literalProblem(path: Path, name: string, document: Layered): Problem {
  const { where, frame } = document.place(path, true);
  return problem('literal-secret', { path: pathText(path), name, reference: `$${name}` }, where, frame);
}

function isSecret(key: string, value: string): boolean {
  return /(token|api_?key|secret|password|passwd)$/i.test(key) && value.length >= 8 && !value.includes('$');
}
