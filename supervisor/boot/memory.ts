import type { RuntimeDescriptor } from '../../runtimes/contract.ts';
import { type Problem, problem } from '../errors/problem.ts';
import type { MemoryFacts } from '../supervise/cgroup.ts';

const MiB = 1024 * 1024;

export interface MemoryVerdict {
  readonly problems: readonly Problem[];
  readonly warnings: readonly string[];
}

/** Refuses a limit under which the kernel would kill the runtime: the figure beats a 137. */
export function checkMemory(descriptor: RuntimeDescriptor, memory: MemoryFacts): MemoryVerdict {
  const { floor, recommended } = descriptor.memory;
  if (memory.limit === undefined || memory.limit >= recommended) return { problems: [], warnings: [] };
  const figures = {
    runtime: descriptor.title,
    floor: floor / MiB,
    recommended: recommended / MiB,
    limit: Math.floor(memory.limit / MiB),
  };
  if (memory.limit < floor) return { problems: [problem('memory-below-floor', figures)], warnings: [] };
  const { runtime, limit } = figures;
  return {
    problems: [],
    warnings: [`${runtime} has ${limit} MiB of memory; ${figures.recommended} MiB are recommended`],
  };
}
