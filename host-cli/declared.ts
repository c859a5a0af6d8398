import { isMap, isSeq, parseDocument } from 'yaml';

export interface Declared {
  readonly id: string;
  readonly runtime: string;
}

/**
 * The instances that a clawden.yaml names, as far as it can be read: a broken file yields what is there. Whether it is
 * right, others say.
 */
export function declaredInstances(text: string): readonly Declared[] {
  const document = parseDocument(text, { logLevel: 'silent', merge: true });
  const { contents } = document;
  if (!isMap(contents)) return [];
  const several = contents.get('runtimes');
  const entries = isSeq(several) ? several.items.flatMap((item) => (isMap(item) ? [item] : [])) : [contents];
  const key = isSeq(several) ? 'name' : 'runtime';
  return entries.flatMap((entry) => {
    const runtime = entry.get(key);
    const id = entry.get('id') ?? runtime;
    return typeof runtime === 'string' && typeof id === 'string' ? [{ id, runtime }] : [];
  });
}
