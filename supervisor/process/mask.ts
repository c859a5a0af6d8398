import { encodedForms } from './mask-forms.ts';

export interface Mask {
  text(text: string): string;
  stream(): MaskStream;
}

export interface MaskStream {
  push(chunk: string): string;
  end(): string;
}

export const MASKED = '***';

/** Shorter values (`1234`, `true`) are everywhere: hiding them would hide the log. */
const MIN_LENGTH = 6;

/**
 * Replaces secrets by value, in the forms in which programs print them, in whole texts and in streams where a
 * secret may be cut by a chunk border. All occurrences count, also those that overlap: what they cover together
 * becomes one `***`, so no tail of the shorter or the later one is left.
 */
export function createMask(secrets: readonly string[]): Mask {
  const index = buildIndex(
    secrets.flatMap((secret) => (secret.length < MIN_LENGTH ? [] : encodedForms(secret))),
  );
  if (index === null)
    return { text: (text) => text, stream: () => ({ push: (text) => text, end: () => '' }) };
  return {
    text: (text) => cover(index, text, text.length, 0).out,
    stream: () => maskStream(index),
  };
}

interface Index {
  /** Finds where a secret may begin, by its first characters: a small program, whatever the secrets' length. */
  readonly heads: RegExp;
  readonly byHead: ReadonlyMap<string, readonly string[]>;
  readonly byFirst: ReadonlyMap<number, readonly string[]>;
  readonly longest: number;
}

function buildIndex(forms: readonly string[]): Index | null {
  const all = [...new Set(forms)].filter((form) => form.length >= MIN_LENGTH);
  if (all.length === 0) return null;
  all.sort((a, b) => b.length - a.length);
  const byHead = group(all, (form) => form.slice(0, MIN_LENGTH));
  const alternatives = [...byHead.keys()].map((head) => head.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'));
  return {
    heads: new RegExp(alternatives.join('|'), 'g'),
    byHead,
    byFirst: group(all, (form) => form.charCodeAt(0)),
    longest: all[0]?.length ?? 0,
  };
}

function group<K>(forms: readonly string[], key: (form: string) => K): Map<K, string[]> {
  const groups = new Map<K, string[]>();
  for (const form of forms) {
    const list = groups.get(key(form));
    if (list === undefined) groups.set(key(form), [form]);
    else list.push(form);
  }
  return groups;
}

function maskStream(index: Index): MaskStream {
  let held = '';
  let covered = 0; // so many characters of `held` lie under a *** that is out already
  return {
    push(chunk) {
      const text = held === '' ? chunk : held + chunk;
      const until = holdFrom(index, text);
      const { out, over } = cover(index, text, until, covered);
      held = text.slice(until);
      covered = over;
      return out;
    },
    end() {
      const { out } = cover(index, held, held.length, covered);
      held = '';
      covered = 0;
      return out;
    },
  };
}

/**
 * Masks `text` up to `until`. The first `covered` characters are under an earlier `***` and go away silently;
 * `over` says how far beyond `until` the last `***` reaches.
 */
function cover(index: Index, text: string, until: number, covered: number): { out: string; over: number } {
  const { heads, byHead } = index;
  let out = '';
  let done = covered; // everything before it is written or covered
  heads.lastIndex = 0;
  for (;;) {
    const at = heads.exec(text)?.index ?? until;
    if (at >= until) break;
    heads.lastIndex = at + 1; // the next occurrence may begin inside this one
    const forms = byHead.get(text.slice(at, at + MIN_LENGTH)) ?? [];
    const length = forms.find((form) => text.startsWith(form, at))?.length ?? 0; // the longest comes first
    if (length === 0 || at + length <= done) continue;
    if (at >= done) out += text.slice(done, at) + MASKED;
    done = at + length;
  }
  if (done < until) return { out: out + text.slice(done, until), over: 0 };
  return { out, over: done - until };
}

/** Where the earliest tail begins that could still grow into a secret; the text's length if there is none. */
function holdFrom(index: Index, text: string): number {
  const last = text.charCodeAt(text.length - 1);
  for (let at = Math.max(0, text.length - index.longest + 1); at < text.length; at += 1) {
    const forms = index.byFirst.get(text.charCodeAt(at));
    if (forms === undefined) continue;
    const length = text.length - at;
    for (const form of forms) {
      if (form.length <= length) break; // longest first: the others are shorter still
      if (form.charCodeAt(length - 1) === last && text.endsWith(form.slice(0, length))) return at;
    }
  }
  return text.length;
}
