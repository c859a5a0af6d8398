import { createHash } from 'node:crypto';

/** SHA-256 over the canonical JSON of a value; a text that holds a secret goes in as its own hash. */
export function hashOf(value: unknown, secrets: readonly string[]): string {
  return sha256(canonical(value, secrets));
}

function canonical(value: unknown, secrets: readonly string[]): string {
  if (typeof value === 'string') {
    const holds = secrets.some((secret) => value.includes(secret));
    return JSON.stringify(holds ? `sha256:${sha256(value)}` : value);
  }
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item, secrets)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  let text = '';
  // One pass without copies: a large file has a thousand of these.
  for (const key of Object.keys(value).sort()) {
    const inner = (value as Readonly<Record<string, unknown>>)[key];
    if (inner !== undefined) text += `${text && ','}${JSON.stringify(key)}:${canonical(inner, secrets)}`;
  }
  return `{${text}}`;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
