import type { Json, JsonObject } from '../../../runtimes/contract.ts';
import { type Problem, problem } from '../../errors/problem.ts';
import { type Path, pathText } from '../path.ts';
import type { Document } from './document.ts';
import { suggestedName } from './resolve.ts';

/**
 * Secrets written out among the native keys. Their names are the runtime's, so the key's ending must do:
 * `maxTokens` (a number) and `mainKey` are none.
 */
export function literalSecrets(native: JsonObject, document: Document): readonly Problem[] {
  const problems: Problem[] = [];
  const walk = (value: Json, path: Path): void => {
    if (typeof value === 'string' && isSecret(String(path.at(-1)), value)) {
      const { where, frame } = document.place(path, true);
      const name = suggestedName(path);
      problems.push(
        problem('literal-secret', { path: pathText(path), name, reference: `$${name}` }, where, frame),
      );
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value))
        walk(inner, [...path, Array.isArray(value) ? Number(key) : key]);
    }
  };
  walk(native, ['config']);
  return problems;
}

function isSecret(key: string, value: string): boolean {
  return /(token|api_?key|secret|password|passwd)$/i.test(key) && value.length >= 8 && !value.includes('$');
}
