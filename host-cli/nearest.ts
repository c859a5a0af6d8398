import { distance } from 'fastest-levenshtein';

/** ` (did you mean X?)` for the closest known name, or nothing when none is close. */
export function nearest(name: string, known: readonly string[]): string {
  const best = closest(name, known);
  return best === undefined ? '' : ` (did you mean ${best}?)`;
}

/** The known name that is meant in all likelihood; undefined when none is close. */
export function closest(name: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((candidate) => ({ candidate, steps: distance(name, candidate) }))
    .sort((a, b) => a.steps - b.steps);
  const best = ranked[0];
  const limit = Math.max(2, Math.floor(name.replace(/^-+/, '').length / 3));
  return best && best.steps <= limit ? best.candidate : undefined;
}
