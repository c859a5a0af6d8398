import { shown } from '../errors/wording.ts';

/** Keys and indices from the root of clawden.yaml. */
export type Path = readonly (string | number)[];

/** One text for a path, for maps and comparisons. */
export function keyOf(path: Path): string {
  return JSON.stringify(path);
}

/** As a person writes it: `channels.telegram.allow_from[0]`. */
export function pathText(path: Path): string {
  return path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : `${text}${text && '.'}${shown(part)}`),
    '',
  );
}
