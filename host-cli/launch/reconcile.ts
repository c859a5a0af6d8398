import type { Container } from '../engine-records.ts';
import { areNested } from '../workspace-path.ts';

/** An instance as the file wants it. */
export interface Wanted {
  readonly instance: string;
  /** Hash of all that decides what its container will be. */
  readonly hash: string;
  /** Accounts that it holds while it runs: `<type>:<hash of the token>`. */
  readonly accounts: readonly string[];
  /** Port of this machine that the user wrote. */
  readonly port: number | undefined;
  /** Folder of this machine that its agent may write. */
  readonly workspace: string;
}

/** What is to be done for one wanted instance. */
export type Step =
  /** It runs as it is wanted. */
  | { readonly kind: 'keep'; readonly instance: string; readonly container: Container }
  /** It is as it is wanted, and does not run. */
  | StartStep<'wake', Container>
  /** It is otherwise: stopped, removed, made anew. Its state stays. */
  | StartStep<'replace', Container>
  | StartStep<'create', undefined>;

interface StartStep<Kind, Before> {
  readonly kind: Kind;
  readonly instance: string;
  readonly container: Before;
  /** Containers that hold an account or the port of this one, or a folder around its own, and must have ended before it starts. */
  readonly after: readonly string[];
}

export interface Reconciled {
  readonly steps: readonly Step[];
  /** Containers to stop and remove: of instances that are gone from the file, or a second one of the same instance. */
  readonly remove: readonly Container[];
  /** Of instances that are gone from the file; left as they are. */
  readonly leave: readonly Container[];
  readonly conflicts: readonly Conflict[];
  readonly nested: readonly Nested[];
}

/**
 * A workspace within that of another one, or around it. An agent may put a link in the place of a folder within its own,
 * and an engine follows it at the next start: the other agent would get what lies behind.
 */
export interface Nested {
  readonly instance: string;
  readonly workspace: string;
  readonly other: Pick<Container, 'instance'>;
  /** The other one is: declared too; there, of this project or another one; there and gone from the file. */
  readonly as: 'declared' | 'there' | 'orphan';
}

/** An account that another running container holds and will go on holding. */
export interface Conflict {
  readonly instance: string;
  /** Channel type. */
  readonly type: string;
  readonly holder: Container;
}

export interface Existing {
  /** Of this project, running or not. */
  readonly containers: readonly Container[];
  /** Running containers of any project that hold accounts. */
  readonly holders: readonly Container[];
}

export interface Wishes {
  /** Every instance that the file declares; others that exist are gone from it. */
  readonly declared: readonly string[];
  readonly removeOrphans: boolean;
}

/** From what is wanted and what there is to what is to be done. Pure, but that links on the way to workspaces are followed. */
export function reconcile(wanted: readonly Wanted[], existing: Existing, wishes: Wishes): Reconciled {
  const orphans = existing.containers.filter(({ instance }) => !wishes.declared.includes(instance));
  const doubles = wanted.flatMap(({ instance }) => ofInstance(existing, instance).slice(1));
  const remove = [...(wishes.removeOrphans ? orphans : []), ...doubles];
  const rough = wanted.map((each) => ({ each, step: stepFor(each, ofInstance(existing, each.instance)[0]) }));
  const ending = new Set([
    ...remove.map(({ id }) => id),
    ...rough.flatMap(({ step }) => (step.kind === 'replace' ? step.container.id : [])),
  ]);
  const conflicts: Conflict[] = [];
  const nested: Nested[] = wanted.flatMap(({ instance, workspace }, index) =>
    wanted
      .slice(index + 1)
      .filter((other) => areNested(workspace, other.workspace))
      .map((other) => ({ instance, workspace, other, as: 'declared' as const })),
  );
  const steps = rough.map(({ each, step }) => {
    if (step.kind === 'keep') return step;
    const holding = others(each, existing);
    for (const { type, holder } of holding) {
      if (!ending.has(holder.id)) conflicts.push({ instance: each.instance, type, holder });
    }
    const around = neighbours(each, existing);
    for (const other of around.filter(({ id }) => !ending.has(id))) {
      const as = orphans.includes(other) ? 'orphan' : 'there';
      nested.push({ instance: each.instance, workspace: each.workspace, other, as });
    }
    const onItsPort = existing.containers.filter(
      ({ binding }) => each.port !== undefined && binding?.host === each.port,
    );
    const before = [...holding.map(({ holder }) => holder), ...onItsPort, ...around].map(({ id }) => id);
    return { ...step, after: before.filter((id) => ending.has(id) && id !== step.container?.id) };
  });
  return { steps, remove, leave: wishes.removeOrphans ? [] : orphans, conflicts, nested };
}

/** Those that run first; usually there is one. */
function ofInstance({ containers }: Existing, instance: string): readonly Container[] {
  return containers
    .filter((container) => container.instance === instance)
    .sort((a, b) => Number(b.running) - Number(a.running));
}

function stepFor({ instance, hash }: Wanted, container: Container | undefined): Step {
  if (!container) return { kind: 'create', instance, container, after: [] };
  if (container.settings !== hash) return { kind: 'replace', instance, container, after: [] };
  // Without its port nobody can reach it: an engine that was restarted in the middle leaves such ones.
  if (container.running && container.port === undefined) {
    return { kind: 'replace', instance, container, after: [] };
  }
  return container.running
    ? { kind: 'keep', instance, container }
    : { kind: 'wake', instance, container, after: [] };
}

/** Containers other than its own that hold one of its accounts. */
function others(
  { instance, accounts }: Wanted,
  existing: Existing,
): readonly { readonly type: string; readonly holder: Container }[] {
  const own = new Set(ofInstance(existing, instance).map(({ id }) => id));
  return existing.holders.flatMap((holder) => {
    const shared = accounts.find((account) => holder.accounts.includes(account));
    return shared === undefined || own.has(holder.id) ? [] : { type: shared.split(':')[0] ?? '', holder };
  });
}

/** Containers other than its own whose workspace and its own lie in each other. */
function neighbours({ instance, workspace }: Wanted, existing: Existing): readonly Container[] {
  const { containers, holders } = existing;
  const own = new Set(ofInstance(existing, instance).map(({ id }) => id));
  const here = new Set(containers.map(({ id }) => id));
  const all = [...containers, ...holders.filter(({ id }) => !here.has(id))];
  return all.filter(
    (other) => !own.has(other.id) && other.workspace !== undefined && areNested(workspace, other.workspace),
  );
}
