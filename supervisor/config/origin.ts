import type { Origin, Plan } from './types.ts';

/** Where something stands, in words. */
export function originText(origin: Origin): string {
  switch (origin.kind) {
    case 'file':
      return `${origin.file}:${origin.line}`;
    case 'variable':
      return `variable ${origin.name}`;
    case 'secret-file':
      return `file ${origin.file}`;
    case 'argument':
      return `argument ${origin.text}`;
    case 'default':
      return 'default';
    default: {
      const never: never = origin;
      return never;
    }
  }
}

/**
 * Where a value of the plan came from, or what is nearest above it: a validator's `config.a.b[0].c` may be a
 * path that nobody wrote. Indices may also stand between dots.
 */
export function originOf(plan: Pick<Plan, 'origins'>, path: string): Origin | undefined {
  const keys = path.replace(/\.(\d+)(?=\.|$)/g, '[$1]');
  for (let rest = keys; rest; rest = rest.replace(/(^|\.|\[)[^.[]*$/, '')) {
    if (Object.hasOwn(plan.origins, rest)) return plan.origins[rest];
  }
  return undefined;
}
