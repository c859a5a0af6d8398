import { statfs as realStatfs } from 'node:fs/promises';
import { runtimeNamed } from '../../runtimes/index.ts';
import type { InstancePlan } from '../../supervisor/config/project.ts';
import type { Container } from '../engine-records.ts';
import { isFree } from '../ports.ts';
import type { EngineFacts } from './engine.ts';
import type { Findings } from './finding.ts';

const GiB = 1024 ** 3;
/** The image takes 0.8 GB, and a start writes state; below the first a start may fail, below the second an update. */
const ENOUGH = { error: GiB, warning: 3 * GiB };

type Statfs = (
  path: string,
) => Promise<{ readonly bavail: number; readonly bsize: number; readonly blocks: number }>;

/** Free space where the engine keeps images and volumes. */
export async function checkDisk({ folder }: EngineFacts, statfs: Statfs = realStatfs): Promise<Findings> {
  const look = 'docker system df';
  if (folder === undefined)
    return [{ level: 'skipped', text: "the engine's disk cannot be seen from here", fix: look }];
  const found = await statfs(folder).catch(() => undefined);
  if (!found || found.blocks === 0)
    return [{ level: 'skipped', text: `the space at ${folder} cannot be seen from here`, fix: look }];
  const free = found.bavail * found.bsize;
  const text = `${size(free)} free at ${folder}`;
  if (free >= ENOUGH.warning) return [{ level: 'ok', text }];
  return [
    { level: free < ENOUGH.error ? 'error' : 'warning', text, fix: `${look}   and then: docker image prune` },
  ];
}

/** Memory of the engine's machine against what the runtimes need, together. */
export async function checkMemory(
  { memory }: EngineFacts,
  instances: readonly InstancePlan[],
): Promise<Findings> {
  if (memory === undefined)
    return [{ level: 'skipped', text: 'the engine does not tell how much memory it has' }];
  const needs = instances.flatMap(({ plan }) => runtimeNamed(plan.runtime)?.descriptor.memory ?? []);
  const has = `${size(memory)} of memory`;
  if (needs.length === 0) return [{ level: 'ok', text: has }];
  const floor = sum(needs.map((need) => need.floor));
  const wanted = sum(needs.map((need) => need.recommended));
  const whose = needs.length === 1 ? (instances[0]?.id ?? '') : `${needs.length} instances`;
  if (memory >= wanted) return [{ level: 'ok', text: `${has}; ${size(wanted)} is recommended for ${whose}` }];
  const fix = 'give the engine more memory, or run fewer instances here';
  return memory < floor
    ? [{ level: 'error', text: `${has}; ${whose} need ${size(floor)} at least`, fix }]
    : [{ level: 'warning', text: `${has}; ${size(wanted)} is recommended for ${whose}`, fix }];
}

/** Whether each instance gets its port of this machine, or has it already. */
export async function checkPorts(
  { ask, local }: EngineFacts,
  instances: readonly InstancePlan[],
  containers: readonly Container[],
): Promise<Findings> {
  if (!local) return [{ level: 'skipped', text: 'the engine publishes ports on another machine' }];
  if (instances.length === 0)
    return [{ level: 'skipped', text: 'no instance is planned, so no port is wanted' }];
  return Promise.all(
    instances.map(async ({ id, plan }): Promise<Findings[number]> => {
      const { port } = plan;
      const own = containers.find(({ running, instance }) => running && instance === id);
      if (own?.port !== undefined) return { level: 'ok', text: `${own.port} is ${id}'s own` };
      if (await isFree(port)) return { level: 'ok', text: `${port} is free for ${id}` };
      const argv = ['ps', '--filter', `publish=${port}`, '--format', '{{.Names}}'];
      const holder = (await ask(argv)).stdout.split('\n')[0];
      const text = `${port} of ${id} is taken by ${holder ? `container ${holder}` : 'another program'}`;
      return plan.origins['config.port']
        ? { level: 'error', text, fix: `write another one in clawden.yaml: config: { port: ${port + 1} }` }
        : { level: 'warning', text: `${text}: the next free one will be used` };
    }),
  );
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

function size(bytes: number): string {
  return bytes >= GiB ? `${(bytes / GiB).toFixed(1)} GiB` : `${Math.round(bytes / 1024 ** 2)} MiB`;
}
