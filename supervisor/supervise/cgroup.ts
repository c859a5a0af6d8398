import { readFileSync } from 'node:fs';

/** Memory facts of the container, in bytes. */
export interface MemoryFacts {
  /** Undefined when there is no limit. */
  readonly limit?: number;
  readonly usage?: number;
  /** Processes that the kernel killed for want of memory since the container began. */
  readonly kills?: number;
}

/** v1 writes "no limit" as the largest page-aligned 63-bit number; anything above this is none. */
const noLimit = 2 ** 60;

/**
 * Reads cgroup v2 (`memory.max`, `memory.current`, `memory.events`) or v1 (`memory.limit_in_bytes`,
 * `memory.usage_in_bytes`, `memory.oom_control`) below `root`, normally /sys/fs/cgroup.
 * https://docs.kernel.org/admin-guide/cgroup-v2.html, https://docs.kernel.org/admin-guide/cgroup-v1/memory.html
 */
export function readMemory(root: string): MemoryFacts {
  const unified = read(`${root}/memory.max`);
  return unified === undefined ? version1(`${root}/memory`) : version2(root, unified);
}

function version2(root: string, max: string): MemoryFacts {
  return facts(
    max === 'max' ? undefined : Number(max),
    number(read(`${root}/memory.current`)),
    field(read(`${root}/memory.events`), 'oom_kill'),
  );
}

function version1(root: string): MemoryFacts {
  return facts(
    number(read(`${root}/memory.limit_in_bytes`)),
    number(read(`${root}/memory.usage_in_bytes`)),
    field(read(`${root}/memory.oom_control`), 'oom_kill'),
  );
}

function facts(limit: number | undefined, usage: number | undefined, kills: number | undefined): MemoryFacts {
  return {
    ...(limit !== undefined && limit < noLimit ? { limit } : {}),
    ...(usage !== undefined ? { usage } : {}),
    ...(kills !== undefined ? { kills } : {}),
  };
}

function field(text: string | undefined, name: string): number | undefined {
  const line = text?.split('\n').find((candidate) => candidate.startsWith(`${name} `));
  return number(line?.slice(name.length + 1));
}

function number(text: string | undefined): number | undefined {
  const value = Number(text);
  return text === undefined || text === '' || Number.isNaN(value) ? undefined : value;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1').trim();
  } catch {
    return undefined;
  }
}
