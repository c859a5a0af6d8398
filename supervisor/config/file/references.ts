import { isSecretName } from '../variables/known.ts';

export type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'reference'; readonly name: string; readonly fallback?: string };

export type Parsed =
  | { readonly kind: 'parts'; readonly parts: readonly Part[] }
  | { readonly kind: 'malformed'; readonly index: number };

const token = /\$(?:(\$)|([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?::-([^{}$]*))?\}|(\{))/g;

/** `$NAME`, `${NAME}`, `${NAME:-default}`, `$$`; a `$` before anything else is a dollar sign. */
export function parseReferences(text: string): Parsed {
  const parts: Part[] = [];
  let from = 0;
  for (const match of text.matchAll(token)) {
    const [whole, dollar, bare, braced, fallback, open] = match;
    if (open) return { kind: 'malformed', index: match.index };
    parts.push({ kind: 'text', text: text.slice(from, match.index) + (dollar ?? '') });
    const name = bare ?? braced;
    if (name) parts.push({ kind: 'reference', name, ...(fallback === undefined ? {} : { fallback }) });
    from = match.index + whole.length;
  }
  parts.push({ kind: 'text', text: text.slice(from) });
  return { kind: 'parts', parts };
}

/** The name in a whole scalar `$NAME`, the only reference there is inside `config`. */
export function wholeReference(text: string): string | undefined {
  return /^\$([A-Za-z_]\w*)$/.exec(text)?.[1];
}

/** Whether a secret stands here in clear: no reference at all, or one with a default. */
export function isLiteral(parts: readonly Part[]): boolean {
  const references = parts.filter((part) => part.kind === 'reference');
  return references.length === 0 || references.some((part) => Boolean(part.fallback));
}

/** Whether a reference brings a secret by its name alone. */
export function namesSecret(parts: readonly Part[]): boolean {
  return parts.some((part) => part.kind === 'reference' && isSecretName(part.name));
}
