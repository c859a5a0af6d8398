import { type Declared, declaredHere, noteProblems } from '../channels/declared.ts';
import { type ChannelRow, channelRows } from '../channels/row.ts';
import { testChannels } from '../channels/test-command.ts';
import { channelsTable } from '../channels/view.ts';
import { defineCommand, type Invocation, type OptionTable } from '../command.ts';
import { openEngine } from '../engine.ts';
import { CliError } from '../errors.ts';
import { program } from '../program.ts';
import { openProject, type Project } from '../project.ts';
import { askAll, isAlive } from '../ps/ask-all.ts';
import type { InstanceRow } from '../ps/row.ts';

export const channelsOptions = {
  timeout: { kind: 'value', value: 'S', help: 'of test: seconds for each account (default: 10)' },
  'no-poll': { kind: 'flag', help: 'of test: do not look for other readers' },
  json: { kind: 'flag', help: 'one JSON object on stdout; docs/channels.md lists its fields' },
} as const satisfies OptionTable;

/** Of the JSON form: raised when a field changes its meaning or goes; new fields do not raise it. */
const VERSION = 1;

export const channels = defineCommand({
  name: 'channels',
  summary: 'list the channels and how they are, or test their credentials',
  usage: '[instances…] [options]\n       clawden channels test [channels…] [options]',
  description: [
    'Of all instances that run, and of those that clawden.yaml declares. Badges: native (the runtime speaks the platform',
    'itself), proxied (the relay does), unclaimed (nobody may talk to it yet), down.',
    '',
    'test asks the platforms about the credentials, all at once; nothing has to run. To find another reader of a Telegram',
    'bot it reads for a moment, which cuts that one off; a bot that an instance here reads is left alone.',
  ].join('\n'),
  options: channelsOptions,
  maxPositionals: Number.POSITIVE_INFINITY,
  examples: [
    { type: 'clawden channels', does: 'all of this project' },
    { type: 'clawden channels test', does: 'are the tokens good? exit code 0 if all are' },
    { type: 'clawden channels test telegram --timeout 30', does: 'one of them, on a slow line' },
    {
      type: `clawden channels --json | jq -r '.channels[] | select(.state == "down") | .channel'`,
      does: 'for a script',
    },
  ],
  run: async (invocation) => {
    const { positionals, rest = [] } = invocation;
    if (positionals[0] === 'test') return testChannels(invocation, [...positionals.slice(1), ...rest]);
    refuseTestOptions(invocation);
    return list(invocation, [...positionals, ...rest]);
  },
});

function refuseTestOptions({ options }: Invocation<typeof channelsOptions>): void {
  if (options.timeout !== undefined) {
    throw new CliError('only-for-test', { option: '--timeout', value: ` ${options.timeout}` });
  }
  if (options['no-poll']) throw new CliError('only-for-test', { option: '--no-poll', value: '' });
}

async function list(
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
  const rows = channelRows(instances, declared.channels, declared.given).filter(({ instance }) =>
    wanted(instance),
  );
  if (options.json) ui.print(JSON.stringify({ version: VERSION, project, channels: rows.map(filledIn) }));
  else if (rows.length > 0) ui.print(channelsTable(rows, ui.stdoutWidth, ui.colors).join('\n'));
  else ui.print('There is no channel.');
  for (const { name, channels: told, reason } of instances.filter((row) => wanted(row.name))) {
    if (told === null && !rows.some(({ instance }) => instance === name)) {
      ui.note(`${name}: ${reason ?? 'it did not answer'}; its channels are not known`);
    }
  }
  if (running instanceof CliError) {
    ui.note(`${running.message}: as ${declared.file} says\n  → ${running.fix}`);
  }
  noteProblems(declared, ui);
  return 0;
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
    const [first] = known;
    if (first === undefined) throw new CliError('no-channels');
    throw new CliError('unknown-instance', { name, known: known.join(', '), command: 'channels', first });
  }
  return (instance) => names.length === 0 || names.includes(instance);
}

function filledIn(row: ChannelRow): ChannelRow {
  return { ...row, advice: row.advice?.replaceAll('{clawden}', program()) ?? null };
}
