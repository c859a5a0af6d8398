import type { ProcStat } from '../process/proc.ts';
import type { OwnPids } from '../process/registry.ts';
import { descendants, endStragglers } from '../process/stragglers.ts';

/** A process of ours that led a session, and when it began: together a name for good. */
export interface Leader {
  readonly pid: number;
  readonly started: number;
  readonly own: OwnPids;
}

/** Between TERM and KILL; ends early when nobody is left. */
const grace = 1_000;

/** Ends a setup that still runs and all that it left behind. Returns who was there but for itself. */
export async function endLeftovers(leader: Leader): Promise<string[]> {
  const met = await endStragglers({ grace, scope: (all) => familyOf(leader, all) });
  return met.filter(({ pid }) => pid !== leader.pid).map(({ pid, name, end }) => `${name}(${pid}):${end}`);
}

/**
 * Its process group and session; orphans that came to us since it began, which are what a daemon with a session of
 * its own looks like; and the descendants of both. Not other children of ours, nor orphans in a session of theirs.
 */
function familyOf({ pid, started, own }: Leader, all: readonly ProcStat[]): readonly ProcStat[] {
  const isLeader = (stat: ProcStat): boolean => stat.pid === pid && stat.started === started;
  const roots = all.filter(
    (stat) =>
      isLeader(stat) ||
      stat.group === pid ||
      stat.session === pid ||
      (stat.parent === process.pid && stat.started >= started && !own.has(stat.session)),
  );
  const family = new Set([
    ...roots,
    ...descendants(
      all,
      roots.map((root) => root.pid),
    ),
  ]);
  return [...family].filter((stat) => isLeader(stat) || !own.has(stat.pid));
}
