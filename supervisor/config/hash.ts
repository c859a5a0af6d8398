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
  const entries = Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner, secrets)}`);
  return `{${entries.join(',')}}`;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
