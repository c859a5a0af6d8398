import type { Engine } from './engine.ts';
import { refuseConflicts } from './launch/accounts.ts';
import { clearWay, type Started, startUp } from './launch/carry-out.ts';
import { refuseNested } from './launch/nesting.ts';
import { oldWorkspaces } from './launch/old-workspaces.ts';
import { Ports } from './launch/ports.ts';
import { reconcile } from './launch/reconcile.ts';
import { lockProject } from './locked.ts';
import { type RunSettings, settingsHash } from './run-argv.ts';
import type { Ui } from './ui.ts';

/** One container of that name with these settings: kept when it is one, started when it has ended, else made anew. */
export async function start(engine: Engine, settings: RunSettings, token: string, ui: Ui): Promise<Started> {
  const { project, instance, accounts, wantedPort, workspace } = settings;
  const { unlock } = await lockProject(project, 'run', ui, true);
  const live = ui.live(`${instance}: starting`);
  const notes: string[] = [];
  try {
    const hash = settingsHash(settings, token);
    const [containers, holders] = await Promise.all([engine.containers(project.id), engine.holders()]);
    const wishes = { declared: containers.map((each) => each.instance), removeOrphans: false };
    const wanted = { instance, hash, accounts, port: wantedPort, workspace };
    const { steps, conflicts, nested } = reconcile([wanted], { containers, holders }, wishes);
    refuseConflicts(conflicts, project.directory);
    refuseNested(nested);
    const launch = {
      engine,
      settings,
      hash,
      ports: new Ports(),
      keepPort: false,
      portPlace: 'option' as const,
      restart: settings.restart,
      tell: (text: string) => live.update(`${instance}: ${text}`),
      note: (text: string) => void notes.push(text),
    };
    const [step] = steps;
    if (!step) throw new Error('nothing to start');
    if (step.kind !== 'keep') notes.push(...(await oldWorkspaces(engine, [settings])));
    await clearWay(step, launch);
    if (step.kind === 'replace' && step.container.running) {
      notes.push(`${instance} ran with other settings: it was replaced; its memory and workspace stay`);
    }
    return await startUp(step, launch);
  } finally {
    live.end();
    unlock();
    for (const note of notes) ui.note(note);
  }
}
