import { distance } from 'fastest-levenshtein';

/** ` (did you mean X?)` for the closest known name, or nothing when none is close. */
export function nearest(name: string, known: readonly string[]): string {
  const ranked = known
    .map((candidate) => ({ candidate, steps: distance(name, candidate) }))
    .sort((a, b) => a.steps - b.steps);
  const best = ranked[0];
  const limit = Math.max(2, Math.floor(name.replace(/^-+/, '').length / 3));
  return best && best.steps <= limit ? ` (did you mean ${best.candidate}?)` : '';
}
