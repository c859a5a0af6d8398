import type { Problem } from '../errors/problem.ts';

/** Arguments and variables first, then the file from top to bottom; each once. */
export function inOrder(problems: readonly Problem[]): readonly Problem[] {
  const unique = new Map(
    problems.map((problem) => [JSON.stringify([problem.message, problem.where]), problem]),
  );
  return [...unique.values()].sort((a, b) => offset(a) - offset(b));
}

function offset({ where }: Problem): number {
  return where?.kind === 'file' ? where.line * 10_000 + Math.min(where.column, 9_999) : 0;
}
