import { accessSync, constants, existsSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { describe } from '../../supervisor/errors/problem.ts';
import { defineCommand, type OptionTable } from '../command.ts';
import { CliError } from '../errors.ts';
import { fixHere } from '../fix-here.ts';
import { given, noAdditions } from '../given.ts';
import { filesOf } from '../init/files.ts';
import { clawdenYaml, needsOf } from '../init/texts.ts';
import { readFlags, type Wishes, withDefaults } from '../init/wishes.ts';
import { type FileToWrite, unwritable, writeAll } from '../init/write.ts';
import { type FoundFile, findDefaults, planHere } from '../planning.ts';
import { program } from '../program.ts';
import { openProject, type Project } from '../project.ts';
import type { Ui } from '../ui.ts';
import { openSources, type Sources } from '../variables.ts';

const initOptions = {
  runtime: { kind: 'value', value: 'NAME', help: 'the runtime, e.g. openclaw' },
  provider: {
    kind: 'value',
    value: 'P',
    help: 'where the model answers (default: the one whose key is set)',
  },
  model: { kind: 'value', value: 'M', help: "the model (default: the provider's)" },
  channel: { kind: 'value', value: 'TYPE', repeatable: true, help: 'a chat channel, e.g. telegram' },
  'allow-from': {
    kind: 'value',
    value: 'IDS',
    repeatable: true,
    help: 'who may talk to it on that channel, by platform id',
  },
  with: { kind: 'value', value: 'TOOLS', repeatable: true, help: 'tools, e.g. git,http' },
  yes: { kind: 'flag', short: 'y', help: 'no questions: defaults for what no option says' },
  force: { kind: 'flag', help: 'write clawden.yaml anew where there is one' },
} as const satisfies OptionTable;

export const init = defineCommand({
  name: 'init',
  summary: 'write clawden.yaml and .env',
  usage: '[options]',
  description: [
    'Asks on a terminal for what no option says; elsewhere, and with --yes, nothing is asked. Secrets go into .env',
    '(0600, kept out of git) and nowhere else; what is set already is not copied. The file is checked by the image’s',
    'own rules before anything is written; all files are written or none.',
  ].join('\n'),
  options: initOptions,
  maxPositionals: 0,
  examples: [
    { type: 'clawden init', does: 'by questions' },
    { type: 'clawden init --runtime openclaw --yes', does: 'without any' },
    {
      type: 'clawden init --runtime openclaw --provider anthropic --channel telegram --allow-from 12345 --yes',
      does: 'an agent on Telegram, for one person',
    },
  ],
  run: async ({ options, environment, file, directory, ui }) => {
    const project = openProject(directory);
    const target = file ?? join(project.directory, 'clawden.yaml');
    const said = readFlags(options);
    const asks = ui.stdinIsTerminal && ui.stdoutIsTerminal && !options.yes;
    if (!asks && !options.yes && said.runtime === undefined) throw new CliError('init-needs-runtime');
    mustBeFree(target, options.force);
    const sources = openSources(project, environment);
    const wishes = asks
      ? await (await import('../init/ask.ts')).ask(said, sources)
      : withDefaults(said, sources);
    const text = clawdenYaml(wishes);
    await mustPlan({ path: basename(target), location: target, text }, wishes, sources, project);
    const files = filesOf(project, { path: target, content: text, mode: 0o644 }, wishes, sources);
    writeAll(files);
    report(files, wishes, sources, project, ui);
    return 0;
  },
});

/** Before the first question: whoever answers them all wants a file in the end. */
function mustBeFree(file: string, force: boolean): void {
  if (existsSync(file) && !force) throw new CliError('init-exists', { file });
  try {
    accessSync(dirname(file), constants.W_OK);
  } catch (error) {
    throw unwritable(file, error);
  }
}

/** What the person has yet to fill in, as what was set elsewhere before, is no fault of the file. */
const leftOpen = ['missing-reference', 'provider-key-missing', 'base-url-missing'];

async function mustPlan(file: FoundFile, wishes: Wishes, sources: Sources, project: Project): Promise<void> {
  const typed = { ...sources, dotenv: new Map([...sources.dotenv, ...wishes.values]) };
  const plan = await planHere({
    given: given(typed, noAdditions, project.directory),
    file,
    defaults: findDefaults(),
    image: undefined,
  });
  const faults = plan.problems.filter(
    ({ code, where }) =>
      !leftOpen.includes(code) && (where?.kind !== 'variable' || wishes.values.has(where.name)),
  );
  if (faults.length === 0) return;
  throw new CliError(
    'init-refused',
    {},
    { details: faults.flatMap((fault) => describe({ ...fault, fix: fixHere(fault.fix) }).split('\n')) },
  );
}

function report(
  files: readonly FileToWrite[],
  wishes: Wishes,
  sources: Sources,
  project: Project,
  { colors, print }: Ui,
): void {
  for (const { path, mode } of files) {
    const secret = mode === 0o600 ? ' (readable by you alone)' : '';
    print(`${colors.green('✔')} ${relative(project.directory, path)}${secret}`);
  }
  const open = needsOf(wishes, sources).filter(({ name }) => !wishes.values.has(name));
  print('');
  print('Next:');
  for (const { name, comment } of open) print(`  put ${name} into .env   (${comment})`);
  print(`  ${program()} up`);
  for (const { type, allowFrom } of wishes.channels) {
    if (!type.claimable || allowFrom.length > 0) continue;
    print(`  send ${type.type} the code that ${program()} up shows: whoever does is its owner`);
  }
}
