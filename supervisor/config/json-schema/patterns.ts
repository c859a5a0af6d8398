import type { Json, JsonObject } from '../../../runtimes/contract.ts';

/** Something stands there: a known key without a value counts as absent. */
export const isReal: JsonObject = { not: { type: 'null' } };

const name = '[A-Za-z_][A-Za-z0-9_]*';
const reference = `\\$(?:${name}|\\{${name}(?::-)?\\})`;
const otherText = `(?:[^$]|\\$\\$|\\$(?![$A-Za-z_{])|${reference})`;

/** At least one reference and none with a default of its own: what stands for a secret. */
export const secretPattern = `^${otherText}*${reference}${otherText}*$`;

/** A text of that form, or one with a reference in it, whose value nobody knows before the start. */
export function orReference(pattern: string): string {
  return `[$]|${pattern}`;
}

/** The same schema, and nothing at all. */
export function withNull(schema: JsonObject): JsonObject {
  const { type, anyOf, enum: values } = schema;
  if (typeof type === 'string') {
    const more = Array.isArray(values) ? { enum: [...(values as readonly Json[]), null] } : {};
    return { ...schema, ...more, type: [type, 'null'] };
  }
  if (Array.isArray(anyOf)) return { ...schema, anyOf: [...(anyOf as readonly Json[]), { type: 'null' }] };
  return { anyOf: [schema, { type: 'null' }] };
}
