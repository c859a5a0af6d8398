import type { Variables } from '../types.ts';

export interface Recorded {
  readonly variables: Variables;
  /** Names that were asked for and are set. */
  readonly used: () => readonly string[];
}

/** The same variables, remembering which of them decided something. */
export function recorded(variables: Variables): Recorded {
  const used = new Set<string>();
  return {
    used: () => [...used].sort(),
    variables: {
      ...variables,
      get: (name) => {
        const variable = variables.get(name);
        if (variable) used.add(name);
        return variable;
      },
      refer: (name) => {
        const reference = variables.refer(name);
        if (reference.kind === 'value') used.add(name);
        return reference;
      },
    },
  };
}
