import { defineCommand, type OptionTable } from '../command.ts';
import { openEngine } from '../engine.ts';
import type { Container } from '../engine-records.ts';
import { nothingRuns } from '../instances.ts';
import { program } from '../program.ts';
import { openProject, type Project, tokenFile } from '../project.ts';
import { askAll, isAlive } from '../ps/ask-all.ts';
import { absentRow, type InstanceRow } from '../ps/row.ts';
import { psTable } from '../ps/view.ts';
import { notesOf } from '../ps/words.ts';
import type { Ui } from '../ui.ts';

const psOptions = {
  all: {
    kind: 'flag',
    short: 'a',
    help: 'also those that ended, and those of clawden.yaml that were not started',
  },
  json: { kind: 'flag', help: 'one JSON object on stdout; docs/ps.md lists its fields' },
} as const satisfies OptionTable;

/** Of the JSON form: raised when a field changes its meaning or goes; new fields do not raise it. */
const VERSION = 1;

export const ps = defineCommand({
  name: 'ps',
  summary: 'list the instances of this project and how they are',
  usage: '[options]',
  description: [
    'Each running container is asked itself, for at most 1.5 s; one that does not answer is shown as the engine sees it.',
    'RESTARTS counts those of the runtime by its supervisor and those of the container by the engine. Channels: native',
    '(the runtime speaks the platform itself), proxied (the relay does), unclaimed (nobody may talk to it yet), down.',
  ].join('\n'),
  options: psOptions,
  maxPositionals: 0,
  examples: [
    { type: 'clawden ps', does: 'those that run' },
    { type: 'clawden ps -a', does: 'also how the others ended' },
    {
      type: `clawden ps --json | jq -r '.instances[] | select(.state != "ready") | .name'`,
      does: 'for a script',
    },
  ],
  run: async ({ options, environment, file, directory, ui }) => {
    const project = openProject(directory);
    const engine = openEngine(environment);
    const asked = await askAll(engine, project, environment, options.all ? () => true : isAlive);
    const { containers } = asked;
    const rows = [...asked.rows];
    const ended = containers.length - rows.length;
    if (options.all) rows.push(...(await absent(project, file, containers)));
    rows.sort((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)));
    if (options.json) {
      ui.print(JSON.stringify({ version: VERSION, project, instances: rows }));
      return 0;
    }
    show(rows, project, ended, ui);
    return 0;
  },
});

async function absent(
  project: Project,
  file: string | undefined,
  containers: readonly Container[],
): Promise<InstanceRow[]> {
  const there = new Set(containers.map(({ instance }) => instance));
  // Loaded only here: a listing of what runs needs no file.
  const { declaredInstances } = await import('../declared.ts');
  return (await declaredInstances(project, file))
    .filter(({ id }) => !there.has(id))
    .map(({ id, runtime }) => absentRow(id, runtime));
}

function show(rows: readonly InstanceRow[], project: Project, ended: number, ui: Ui): void {
  if (rows.length > 0) ui.print(psTable(rows, Date.now(), ui.stdoutWidth, ui.colors).join('\n'));
  else ui.print(`Nothing runs in this project (${project.directory}).`);
  const notes = rows.flatMap((row) => notesOf(row, tokenFile(project)));
  if (notes.length > 0) ui.note('');
  for (const { text, next } of notes) {
    ui.note(`${text}\n  → ${next.replaceAll('{clawden}', program())}`);
  }
  if (ended > 0) ui.note(`${ended} ended: ${program()} ps -a`);
  else if (rows.length === 0) ui.note(`  → ${nothingRuns(project.directory).fix}`);
}
