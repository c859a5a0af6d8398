import { encodedForms } from './mask-forms.ts';
import { buildIndex, type Index } from './mask-index.ts';

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
  const forms = secrets.flatMap((secret) => (secret.length < MIN_LENGTH ? [] : encodedForms(secret)));
  const index = buildIndex(forms.filter((form) => form.length >= MIN_LENGTH));
  if (index === null)
    return { text: (text) => text, stream: () => ({ push: (text) => text, end: () => '' }) };
  return {
    text: (text) => cover(index, text, text.length, 0).out,
    stream: () => maskStream(index),
  };
}

function maskStream(index: Index): MaskStream {
  let held = '';
  let covered = 0; // so many characters of `held` lie under a *** that is out already
  return {
    push(chunk) {
      const text = held === '' ? chunk : held + chunk;
      const until = index.openFrom(text);
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
  let out = '';
  let done = covered; // everything before it is written or covered
  let at = index.candidate(text, 0);
  for (; at >= 0 && at < until; at = index.candidate(text, at + 1)) {
    const length = index.longestAt(text, at);
    if (length === 0 || at + length <= done) continue;
    if (at >= done) out += text.slice(done, at) + MASKED;
    done = at + length;
  }
  if (done < until) return { out: out + text.slice(done, until), over: 0 };
  return { out, over: done - until };
}
