import type { Json, JsonObject } from '../../../runtimes/contract.ts';
import { type Problem, problem } from '../../errors/problem.ts';
import { keyOf, type Path, pathText } from '../path.ts';
import type { NativeReference, Variables } from '../types.ts';
import { isSecretName } from '../variables/known.ts';
import type { Layered } from './layers.ts';
import { isLiteral, type Part, parseReferences, wholeReference } from './references.ts';

export interface Resolution {
  readonly problems: Problem[];
  /** Paths whose value is unknown, because their reference has none. */
  readonly broken: Set<string>;
  /** Paths whose text was brought by variables, without a default of its own. */
  readonly referred: Set<string>;
  /** Paths whose text holds a secret. */
  readonly secret: Set<string>;
  readonly secrets: Set<string>;
  /** Texts with references as they are written, by the path's text: for people, who must not see what they brought. */
  readonly written: Map<string, string>;
  /** Names of the variables that gave a value. */
  readonly names: Set<string>;
  readonly nativeReferences: NativeReference[];
}

export type Resolve = (value: Json, path: Path) => Json;

export function emptyResolution(): Resolution {
  return {
    problems: [],
    broken: new Set(),
    referred: new Set(),
    secret: new Set(),
    secrets: new Set(),
    written: new Map(),
    names: new Set(),
    nativeReferences: [],
  };
}

/** Replaces `$NAME`, `${NAME}`, `${NAME:-default}` and `$$` in every string outside `config`. */
export function resolver(document: Layered, variables: Variables, into: Resolution): Resolve {
  return deep((text, path) => {
    const parsed = parseReferences(text);
    if (parsed.kind === 'malformed') {
      const { where, frame } = document.place(path);
      const detail = 'holds a $ and a brace that are no reference';
      const expected = `$NAME, \${NAME}, \${NAME:-default}, or $$ for a dollar sign`;
      into.problems.push(problem('wrong-value', { path: pathText(path), detail, expected }, where, frame));
      into.broken.add(keyOf(path));
      return text;
    }
    if (parsed.parts.some(({ kind }) => kind === 'reference')) into.written.set(pathText(path), text);
    if (!isLiteral(parsed.parts)) into.referred.add(keyOf(path));
    return parsed.parts.map((part) => partValue(part, path, document, variables, into)).join('');
  });
}

/**
 * Inside `config` only a whole `$NAME` is a reference; `${NAME}` and the rest belong to the runtime. The value
 * is put in place here and its origin listed, so that a renderer may hand it on by reference.
 */
export function nativeResolver(document: Layered, variables: Variables, into: Resolution): Resolve {
  return deep((text, path) => {
    const variable = wholeReference(text);
    if (!variable) return text;
    const value = partValue({ kind: 'reference', name: variable }, path, document, variables, into);
    into.written.set(pathText(path), text);
    if (isOpaque(value)) into.secrets.add(value);
    const secret = into.secrets.has(value);
    into.nativeReferences.push({ path: path.slice(1), variable, secret });
    return value;
  });
}

function partValue(
  part: Part,
  path: Path,
  document: Layered,
  variables: Variables,
  into: Resolution,
): string {
  if (part.kind === 'text') return part.text;
  const { name, fallback } = part;
  const reference = variables.refer(name);
  switch (reference.kind) {
    case 'value':
      into.names.add(name);
      if (reference.secret) {
        into.secret.add(keyOf(path));
        into.secrets.add(reference.variable.value);
      }
      return reference.variable.value;
    case 'problem':
      into.problems.push(reference.problem);
      into.broken.add(keyOf(path));
      return '';
    case 'unset': {
      if (fallback !== undefined) return fallback;
      const { where, frame } = document.place(path);
      into.problems.push(
        problem('missing-reference', { path: pathText(path), name, reference: `$${name}` }, where, frame),
      );
      into.broken.add(keyOf(path));
      return '';
    }
    default: {
      const never: never = reference;
      return never;
    }
  }
}

/** Texts with a `$` changed. What holds none stays the same object: most of a large file is copied nowhere. */
function deep(change: (text: string, path: Path) => string): Resolve {
  return (root, base) => {
    const at = [...base];
    const below = (part: string | number, value: Json): Json => {
      at.push(part);
      const changed = walk(value);
      at.pop();
      return changed;
    };
    const walk = (value: Json): Json => {
      if (typeof value === 'string') return value.includes('$') ? change(value, [...at]) : value;
      if (typeof value !== 'object' || value === null) return value;
      if (Array.isArray(value)) {
        const items = value.map((item: Json, index) => below(index, item));
        return items.some((item, index) => item !== value[index]) ? items : value;
      }
      let copy: Record<string, Json> | undefined;
      for (const [key, inner] of Object.entries(value)) {
        const changed = below(key, inner);
        if (changed === inner) continue;
        copy ??= { ...(value as JsonObject) };
        copy[key] = changed;
      }
      return copy ?? value;
    };
    return walk(root);
  };
}

/** What a user keeps out of the file is a secret unless it plainly is none: short, an address, a path, a sentence. */
function isOpaque(value: string): boolean {
  return value.length >= 6 && !/\s|^\/|^https?:\/\/[^@]*$/.test(value);
}

/** The variable to suggest for a secret at this path: `channels.work-bot.token` → WORK_BOT_TOKEN. */
export function suggestedName(path: Path): string {
  const name = path
    .slice(1)
    .slice(-2)
    .map((part) =>
      String(part)
        .replace(/([a-z\d])([A-Z])/g, '$1_$2')
        .replace(/\W+/g, '_')
        .toUpperCase(),
    )
    .join('_');
  return isSecretName(name) ? name : `${name}_SECRET`;
}
