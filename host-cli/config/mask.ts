import { namesSecret, parseReferences } from '../../supervisor/config/file/references.ts';
import type { Plan } from '../../supervisor/config/types.ts';

/** What stands where a secret stood. */
export const hidden = '(set)';

/** A text in which no secret is left, by value: longer ones first, since one may lie in another. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return [...secrets]
    .sort((a, b) => b.length - a.length)
    .flatMap((secret) => [secret, inJson(secret)])
    .reduce((rest, secret) => rest.replaceAll(secret, hidden), text);
}

/** Whether a secret is in a value of the plan: by value, or by the name that brought it, however short it is. */
export function holdsSecret(
  { secrets, written }: Pick<Plan, 'secrets' | 'written'>,
  path: string,
  value: string,
): boolean {
  if (secrets.some((secret) => value.includes(secret))) return true;
  const parsed = parseReferences(written[path] ?? '');
  return parsed.kind === 'parts' && namesSecret(parsed.parts);
}

/** As it stands inside a quoted text. */
function inJson(secret: string): string {
  return JSON.stringify(secret).slice(1, -1);
}
