import type { Invocation } from '../command.ts';
import type { upOptions } from '../commands/up.ts';
import type { Engine } from '../engine.ts';
import { refuseConflicts } from '../launch/accounts.ts';
import { formerPort } from '../launch/carry-out.ts';
import { refuseNested } from '../launch/nesting.ts';
import { oldWorkspaces } from '../launch/old-workspaces.ts';
import { Ports } from '../launch/ports.ts';
import { type Reconciled, reconcile } from '../launch/reconcile.ts';
import { needLocalEngine } from '../launch/remote.ts';
import { lockProject } from '../locked.ts';
import type { Project } from '../project.ts';
import type { Task } from './bring-up.ts';
import { type Declared, declare } from './declare.ts';

export interface Decided {
  readonly tasks: readonly Task[];
  readonly todo: Reconciled;
  readonly ports: Ports;
  readonly podman: boolean;
  readonly notes: readonly string[];
  readonly unlock: () => void;
}

/** What is to be done, with the project locked; an error leaves every container as it is. */
export async function decide(
  { options, positionals, environment, file, ui }: Invocation<typeof upOptions>,
  project: Project,
  engine: Engine,
): Promise<Decided> {
  needLocalEngine(environment, project.directory);
  const existing = async (): Promise<readonly string[]> =>
    (await engine.containers(project.id)).map(({ instance }) => instance);
  const names = [...new Set(positionals)];
  const read = (): Promise<Declared> => declare({ project, engine, environment, ui, file, names, existing });
  const before = await read();
  const { unlock, waited } = await lockProject(project, 'up', ui, true);
  try {
    // The file may have been edited while another command had the project.
    const declared = waited ? await read() : before;
    const [containers, holders] = await Promise.all([engine.containers(project.id), engine.holders()]);
    const wanted = declared.list.map(({ settings, hash }) => ({
      instance: settings.instance,
      hash,
      accounts: settings.accounts,
      port: settings.wantedPort,
      workspace: settings.workspace,
    }));
    const wishes = { declared: declared.ids, removeOrphans: options['remove-orphans'] };
    const todo = reconcile(wanted, { containers, holders }, wishes);
    refuseConflicts(todo.conflicts, project.directory);
    refuseNested(todo.nested);
    const tasks = declared.list.flatMap((each, index) => {
      const step = todo.steps[index];
      return step ? [{ ...each, step }] : [];
    });
    const kept = tasks.flatMap(({ step, settings }) => formerPort(step.container, settings) ?? []);
    const fresh = tasks.filter(({ step }) => step.kind !== 'keep').map(({ settings }) => settings);
    return {
      tasks,
      todo,
      ports: new Ports(kept),
      podman: await engine.isPodman(),
      notes: await oldWorkspaces(engine, fresh),
      unlock,
    };
  } catch (error) {
    unlock();
    throw error;
  }
}
