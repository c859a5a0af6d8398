import { distance } from 'fastest-levenshtein';

/** ` (did you mean "x"?)`, or nothing when no known name is close. */
export function near(name: string, known: readonly string[]): string {
  const wanted = name.toLowerCase().slice(0, 100);
  const ranked = known
    .map((candidate) => ({ candidate, steps: distance(wanted, candidate.toLowerCase()) }))
    .sort((a, b) => a.steps - b.steps);
  const best = ranked[0];
  if (!best || best.steps > (best.candidate.length < 4 ? 1 : Math.max(2, best.candidate.length / 3)))
    return '';
  return ` (did you mean "${best.candidate}"?)`;
}

/** What a user wrote, safe to print: one line, no control characters, short, nothing that looks like a secret. */
export function shown(text: string): string {
  const flat = hush(text).replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, '\u00b7');
  return flat.length > 60 ? `${flat.slice(0, 57)}…` : flat;
}

/**
 * Masks what looks like a secret, length kept so that carets stay in place. A person may write a token in the
 * wrong place, and the error about it ends up in a log.
 */
export function hush(text: string): string {
  return secretShapes.reduce((rest, shape) => rest.replace(shape, mask), text).replace(longRun, maskMixed);
}

/** The same for a line of YAML, where the key tells more than the shape. */
export function hushLine(line: string): string {
  const masked = line.replace(
    secretEntry,
    (_whole, key: string, value: string) => key + (/^["']?\$/.test(value) ? value : mask(value)),
  );
  return hush(masked);
}

const secretShapes: readonly RegExp[] = [
  /\b\d{5,}:[\w-]{10,}/g,
  /\b(sk|gsk|ghp|gho|xox[a-z]|xapp|AIza|pk|rk)[-_]?[\w-]{12,}/g,
  /\b[0-9a-f]{32,}\b/gi,
];

const longRun = /[\w+/=-]{20,}/g;

const secretEntry =
  /((?:token|key|secret|password|passwd|credential)s?["']?\s*:\s+)("[^"]*"?|'[^']*'?|[^\s,{}[\]"'#][^,{}#]*)/gi;

function maskMixed(run: string): string {
  return /[a-z]/.test(run) && /[A-Z]/.test(run) && /\d/.test(run) ? mask(run) : run;
}

function mask(text: string): string {
  return '*'.repeat(text.length);
}
