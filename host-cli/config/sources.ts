import type { Origin, Plan } from '../../supervisor/config/types.ts';
import type { Given } from '../given.ts';

/** Where values of a plan came from, in words. */
export interface Sources {
  /** `usual`: who decides where nobody wrote anything. */
  readonly of: (path: string, usual: string) => string;
}

export function sourcesOf({ origins, written }: Plan, given: Given): Sources {
  const variable = (name: string): string => {
    const place = given.placeOf(name) ?? 'your environment';
    return place.startsWith('-') ? place.replace(/^-e$/, `-e ${name}`) : `${place} (${name})`;
  };
  const by = (text: string): string => {
    const names = [...text.matchAll(/\$(?:\$|([A-Za-z_]\w*)|\{([A-Za-z_]\w*))/g)].flatMap(
      ([, bare, braced]) => bare ?? braced ?? [],
    );
    return names
      .map((name) => (given.placeOf(name) === undefined ? `${name} is not set` : variable(name)))
      .join(', ');
  };
  return {
    of: (path, usual) => {
      const origin = Object.hasOwn(origins, path) ? origins[path] : undefined;
      const text = Object.hasOwn(written, path) ? written[path] : undefined;
      const place = placeText(origin, usual, variable);
      return text === undefined ? place : `${place} ← ${by(text)}`;
    },
  };
}

function placeText(origin: Origin | undefined, usual: string, variable: (name: string) => string): string {
  switch (origin?.kind) {
    case 'file':
      return `${origin.file}:${origin.line}`;
    case 'variable':
      return variable(origin.name);
    case 'secret-file':
      return origin.file;
    case 'argument':
      return 'command line';
    case 'default':
    case undefined:
      return usual;
    default: {
      const never: never = origin;
      return never;
    }
  }
}
