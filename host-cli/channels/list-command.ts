import type { Invocation } from '../command.ts';
import type { channelsOptions } from '../commands/channels.ts';
import { openEngine } from '../engine.ts';
import { CliError } from '../errors.ts';
import { unknownName } from '../instances.ts';
import { printable } from '../printable.ts';
import { program } from '../program.ts';
import { openProject, type Project } from '../project.ts';
import { askAll, isAlive } from '../ps/ask-all.ts';
import type { InstanceRow } from '../ps/row.ts';
import { tokenOf } from '../token.ts';
import type { Ui } from '../ui.ts';
import { askChannels } from './ask.ts';
import { claimLines } from './claims.ts';
import { type Declared, declaredHere, noteProblems } from './declared.ts';
import { printQr } from './qr.ts';
import { type ChannelRow, channelRows, type ToldByInstance } from './row.ts';
import { channelsTable } from './view.ts';

/** Of the JSON form: raised when a field changes its meaning or goes; new fields do not raise it. */
const VERSION = 1;

/** `clawden channels`: one line a channel, and below it how to become the owner of those that wait for one. */
export async function listChannels(
  { options, environment, file, directory, ui }: Invocation<typeof channelsOptions>,
  names: readonly string[],
): Promise<number> {
  const project = openProject(directory);
  const [declared, running] = await Promise.all([
    declaredHere(project, environment, file),
    runningHere(project, environment),
  ]);
  if (running instanceof CliError && declared.file === undefined) throw running;
  const instances = running instanceof CliError ? [] : running;
  const wanted = chosen(names, instances, declared);
  const told = await askEach(
    instances.filter(({ name }) => wanted(name)),
    tokenOf(project, environment),
  );
  const rows = channelRows(instances, declared.channels, declared.given, told).filter(({ instance }) =>
    wanted(instance),
  );
  if (options.json) ui.print(JSON.stringify({ version: VERSION, project, channels: rows.map(filledIn) }));
  else await show(rows, ui);
  for (const { name, channels: known, reason } of instances.filter((row) => wanted(row.name))) {
    if (known === null && !rows.some(({ instance }) => instance === name)) {
      ui.note(`${name}: ${reason ?? 'it did not answer'}; its channels are not known`);
    }
  }
  if (running instanceof CliError) {
    ui.note(`${running.message}: as ${declared.file} says\n  → ${running.fix}`);
  }
  noteProblems(declared, ui);
  return 0;
}

async function show(rows: readonly ChannelRow[], ui: Ui): Promise<void> {
  if (rows.length === 0) return ui.print('There is no channel.');
  const now = Date.now();
  ui.print(channelsTable(rows, { width: ui.stdoutWidth, colors: ui.colors, now }).join('\n'));
  for (const row of rows) {
    // One whose token is refused, or whose messages another program takes, hears no code.
    if (row.reason !== 'unclaimed' || (row.claim ?? row.lockedUntil) === null) continue;
    ui.print(`\n${printable(claimLines(row, now).join('\n'))}`);
    if (row.claim?.link) await printQr(row.claim.link, ui);
  }
}

/** What each tells of its channels beyond its status. An image of another version may not. */
async function askEach(instances: readonly InstanceRow[], token: string): Promise<ToldByInstance> {
  const asked = instances.map(async ({ name, source, channels, port }) => {
    const worth = source === 'container' && port !== null && (channels?.length ?? 0) > 0;
    return [name, (worth ? await askChannels(port, token) : undefined) ?? []] as const;
  });
  return new Map(await Promise.all(asked));
}

/** The instances that run; the engine's error where there is none to ask. */
async function runningHere(
  project: Project,
  environment: NodeJS.ProcessEnv,
): Promise<readonly InstanceRow[] | CliError> {
  try {
    return (await askAll(openEngine(environment), project, environment, isAlive)).rows;
  } catch (error) {
    if (error instanceof CliError && error.code.startsWith('engine-')) return error;
    throw error;
  }
}

function chosen(
  names: readonly string[],
  instances: readonly InstanceRow[],
  declared: Declared,
): (instance: string) => boolean {
  const known = [...new Set([...instances.map(({ name }) => name), ...declared.instances])].sort();
  for (const name of names) {
    if (known.includes(name)) continue;
    throw known.length === 0 ? new CliError('no-channels') : unknownName(name, known, 'channels');
  }
  return (instance) => names.length === 0 || names.includes(instance);
}

function filledIn(row: ChannelRow): ChannelRow {
  return { ...row, advice: row.advice?.replaceAll('{clawden}', program()) ?? null };
}
