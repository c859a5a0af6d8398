export interface Index {
  /** Where from `from` on a form may begin, -1 if nowhere: some that begin there are not found by `longestAt`. */
  candidate(text: string, from: number): number;
  /** Length of the longest form that begins at `at`, 0 if none does. */
  longestAt(text: string, at: number): number;
  /** Where the earliest tail begins that could still grow into a form; the text's length if there is none. */
  openFrom(text: string): number;
}

/** A tree of the forms: what several have in common is compared once. Sorted, so that a walk visits one path. */
interface Node {
  readonly label: string;
  readonly ends: boolean;
  readonly next: ReadonlyMap<number, Node>;
}

/** Characters that are looked at together. */
const BLOCK = 3;
/** A longer window skips further and needs a fuller table. */
const LONGEST_WINDOW = 8;

/**
 * Finds many strings at once: a window as long as the shortest of them jumps ahead by what its last three characters
 * allow (Wu and Manber, "A fast algorithm for multi-pattern searching", 1994). One regular expression of all
 * beginnings took 7 times the CPU on a log and 30 times on text full of beginnings (test/bench/mask.ts).
 */
export function buildIndex(forms: readonly string[]): Index | null {
  const all = [...new Set(forms)].sort();
  if (all.length === 0) return null;
  const shortest = all.reduce((least, form) => Math.min(least, form.length), LONGEST_WINDOW);
  const longest = all.reduce((most, form) => Math.max(most, form.length), 0);
  const roots = branches(all, 0);
  const inside = innerCharacters(all);
  const shifts = shiftTable(all, shortest);
  const bits = shifts.length - 1;

  function candidate(text: string, from: number): number {
    const end = text.length;
    let at = from + shortest - 1;
    while (at < end) {
      const shift =
        shifts[hash(text.charCodeAt(at - 2), text.charCodeAt(at - 1), text.charCodeAt(at)) & bits] ?? 0;
      if (shift === 0) return at - shortest + 1;
      at += shift;
    }
    return -1;
  }

  function longestAt(text: string, at: number): number {
    let node = roots.get(text.charCodeAt(at));
    let end = at;
    let found = 0;
    while (node !== undefined && text.startsWith(node.label, end)) {
      end += node.label.length;
      if (node.ends) found = end - at;
      node = node.next.get(text.charCodeAt(end));
    }
    return found;
  }

  function openFrom(text: string): number {
    const end = text.length;
    let first = end;
    const least = Math.max(0, end - longest + 1);
    // no form goes across a character that is in none of them: mostly the line end is the first one looked at
    while (first > least && inside.has(text.charCodeAt(first - 1))) first -= 1;
    for (let at = first; at < end; at += 1) {
      if (isOpen(text, at)) return at;
    }
    return end;
  }

  function isOpen(text: string, at: number): boolean {
    let node = roots.get(text.charCodeAt(at));
    let end = at;
    while (node !== undefined) {
      const left = text.length - end;
      if (left < node.label.length) return text.endsWith(node.label.slice(0, left));
      if (!text.startsWith(node.label, end)) return false;
      end += node.label.length;
      if (end === text.length) return node.next.size > 0;
      node = node.next.get(text.charCodeAt(end));
    }
    return false;
  }

  return { candidate, longestAt, openFrom };
}

/** Sorted strings that are the same up to `depth`, by their next character. */
function branches(sorted: readonly string[], depth: number): Map<number, Node> {
  const nodes = new Map<number, Node>();
  for (let from = 0; from < sorted.length; ) {
    const first = sorted[from] ?? '';
    const code = first.charCodeAt(depth);
    let until = from + 1;
    while (sorted[until]?.charCodeAt(depth) === code) until += 1;
    const end = commonLength(first, sorted[until - 1] ?? first, depth);
    const ends = first.length === end; // of strings with one beginning the shortest comes first
    const below = sorted.slice(ends ? from + 1 : from, until);
    nodes.set(code, { label: first.slice(depth, end), ends, next: branches(below, end) });
    from = until;
  }
  return nodes;
}

function commonLength(a: string, b: string, from: number): number {
  let at = from;
  while (at < a.length && a[at] === b[at]) at += 1;
  return at;
}

/** All characters but the last ones: those a form can go on after. */
function innerCharacters(forms: readonly string[]): Set<number> {
  const codes = new Set<number>();
  for (const form of forms) for (let at = 0; at < form.length - 1; at += 1) codes.add(form.charCodeAt(at));
  return codes;
}

/** How far a window may jump that ends with these characters; different ones that share an entry get the smaller jump. */
function shiftTable(forms: readonly string[], window: number): Uint8Array {
  const last = window - BLOCK;
  let size = 1024;
  while (size < forms.length * (last + 1) * 8) size *= 2;
  const table = new Uint8Array(size).fill(last + 1);
  for (const form of forms) {
    for (let at = 0; at <= last; at += 1) {
      const entry = hash(form.charCodeAt(at), form.charCodeAt(at + 1), form.charCodeAt(at + 2)) & (size - 1);
      table[entry] = Math.min(table[entry] ?? 0, last - at);
    }
  }
  return table;
}

function hash(a: number, b: number, c: number): number {
  const mixed = Math.imul((a << 14) ^ (b << 7) ^ c, 0x9e3779b1);
  return mixed >>> 15;
}
