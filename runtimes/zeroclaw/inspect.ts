import { near, shown } from '../../supervisor/errors/wording.ts';
import type { Json, JsonObject, NativeIssue, NativeReference } from '../contract.ts';
import { isObject } from '../merge.ts';
import { unmirrored } from './mirror.ts';

/**
 * What ZeroClaw would ignore without a message: keys that its schema does not have. The schema is the one that the
 * program in the image printed when the image was built; it leaves nearly every object open, so it is read as closed.
 */
export function inspect(
  native: JsonObject,
  read: (name: string) => string | undefined,
  references: readonly NativeReference[] = [],
): readonly NativeIssue[] {
  if (Object.keys(native).length === 0) return [];
  const text = read('schema.json');
  if (text === undefined) return [{ path: '', message: noSchema }];
  const root = JSON.parse(text) as Schema;
  return [...walk(native, [root], root, ''), ...unmirrored(native, references)];
}

const noSchema =
  'cannot be checked: schema.json of ZeroClaw is not in this image; build the image anew, or remove all native keys from config:';

interface Schema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
}

function walk(value: Json, schemas: readonly Schema[], root: Schema, path: string): readonly NativeIssue[] {
  if (value === null) return [{ path, message: 'is empty, and TOML has no such value; leave the key out' }];
  const shapes = schemas.flatMap((schema) => shapesOf(schema, root));
  if (Array.isArray(value)) {
    const items = shapes.flatMap(({ items: each }) => (each ? [each] : []));
    return value.flatMap((item: Json, index) => walk(item, items, root, `${path}[${index}]`));
  }
  return isObject(value) ? walkObject(value, shapes, root, path) : [];
}

function walkObject(
  value: JsonObject,
  shapes: readonly Schema[],
  root: Schema,
  path: string,
): readonly NativeIssue[] {
  const known = [...new Set(shapes.flatMap(({ properties }) => Object.keys(properties ?? {})))];
  const others = shapes.flatMap(({ additionalProperties: more }) => (typeof more === 'object' ? [more] : []));
  // No word about its keys at all: anything goes.
  if (known.length === 0 && others.length === 0) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const at = path === '' ? key : `${path}.${key}`;
    const named = shapes.flatMap(({ properties }) =>
      properties && Object.hasOwn(properties, key) ? [properties[key]] : [],
    );
    const schemas = [...named, ...others].filter((schema) => schema !== undefined);
    if (schemas.length > 0) return walk(inner, schemas, root, at);
    const message = `unknown key "${shown(key)}"${near(key, known)}, which ZeroClaw would ignore without a word`;
    return [{ path: at, message }];
  });
}

/** A schema's own words and those of all that it refers to or chooses from. */
function shapesOf(schema: Schema, root: Schema): readonly Schema[] {
  const name = schema.$ref?.replace('#/$defs/', '');
  const target = name === undefined ? undefined : root.$defs?.[name];
  const parts = [
    ...(target ? [target] : []),
    ...(schema.anyOf ?? []),
    ...(schema.oneOf ?? []),
    ...(schema.allOf ?? []),
  ];
  return [schema, ...parts.flatMap((part) => shapesOf(part, root))];
}
