import type { DeclaredChannel } from '../../supervisor/config/project-channels.ts';
import type { Invocation } from '../command.ts';
import type { channelsOptions } from '../commands/channels.ts';
import { openEngine } from '../engine.ts';
import { CliError } from '../errors.ts';
import { onInterrupt } from '../interrupt.ts';
import { nearest } from '../nearest.ts';
import { program } from '../program.ts';
import { openProject, type Project } from '../project.ts';
import type { Ui } from '../ui.ts';
import { declaredHere, noteProblems } from './declared.ts';
import { findHolders, type Holders } from './holders.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import { testAccounts } from './test-accounts.ts';

/** Of the JSON form: raised when a field changes its meaning or goes; new fields do not raise it. */
const VERSION = 1;

/** `clawden channels test`: 0 when all are good, else 1. */
export async function testChannels(
  { options, environment, file, directory, ui }: Invocation<typeof channelsOptions>,
  names: readonly string[],
): Promise<number> {
  const limit = checkTimeout(options.timeout) * 1000;
  const project = openProject(directory);
  const declared = await declaredHere(project, environment, file);
  const channels = chosen(names, declared.channels);
  const lookForReaders = !options['no-poll'];
  const holders = await holdersHere(project, environment);
  const interrupted = new AbortController();
  const release = onInterrupt(() => interrupted.abort());
  const live = channels.some(({ hasCredentials }) => hasCredentials)
    ? ui.live(asking(0, channels))
    : undefined;
  const tested = await testAccounts(channels, {
    limit,
    holders,
    lookForReaders,
    signal: interrupted.signal,
    told: (count) => live?.update(asking(count, channels)),
  }).finally(() => {
    live?.end();
    release();
  });
  if (interrupted.signal.aborted) throw new CliError('interrupted');
  const outcomes = tested.map((each) => outcomeOf(each, { given: declared.given, environment, limit }));
  const good = outcomes.every((outcome) => outcome.good);
  if (options.json) {
    ui.print(JSON.stringify({ version: VERSION, project, good, channels: outcomes.map(filledIn) }));
  } else ui.print(lines(outcomes.map(filledIn), ui).join('\n'));
  noteProblems(declared, ui);
  return good ? 0 : 1;
}

function asking(count: number, channels: readonly DeclaredChannel[]): string {
  const all = channels.filter(({ hasCredentials }) => hasCredentials).length;
  return `asking the platforms: ${count} of ${all}`;
}

function checkTimeout(text = '10'): number {
  const seconds = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && seconds > 0 && seconds <= 3600) return seconds;
  throw new CliError('bad-number', {
    option: '--timeout',
    value: text,
    expected: 'a number of seconds',
    example: '30',
  });
}

function chosen(names: readonly string[], channels: readonly DeclaredChannel[]): readonly DeclaredChannel[] {
  const known = [...new Set(channels.map(({ plan }) => plan.name))].sort();
  const [first] = known;
  if (first === undefined) throw new CliError('no-channels');
  for (const name of names.filter((each) => !known.includes(each))) {
    throw new CliError('unknown-channel', {
      name,
      near: nearest(name, known),
      known: known.join(', '),
      first,
    });
  }
  return channels.filter(({ plan }) => names.length === 0 || names.includes(plan.name));
}

/** Where no engine is installed nothing of ours runs; where it does not answer, that is not known. */
async function holdersHere(project: Project, environment: NodeJS.ProcessEnv): Promise<Holders | undefined> {
  try {
    return await findHolders(openEngine(environment), project, environment);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return error.code === 'engine-missing' ? { of: () => undefined } : undefined;
  }
}

function filledIn(outcome: Outcome): Outcome {
  return { ...outcome, fix: outcome.fix?.replaceAll('{clawden}', program()) ?? null };
}

function lines(outcomes: readonly Outcome[], ui: Ui): string[] {
  const { green, red, dim } = ui.colors;
  const several = new Set(outcomes.map(({ instance }) => instance)).size > 1;
  const heads = outcomes.map(({ instance, channel, type, account }) => [
    several && instance !== null ? `${instance}/${channel}` : channel,
    type,
    // A stranger's server may have named it.
    (account ?? '').replace(/\p{Cc}/gu, ' '),
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(...heads.map((head) => head[column]?.length ?? 0)));
  return outcomes.flatMap(({ good, message, fix }, place) => {
    const head = heads[place]?.map((text, column) => text.padEnd(widths[column] ?? 0)) ?? [];
    const mark = good ? green('✔') : red('✖');
    const shown = head.filter((text) => text !== '').join('  ');
    return [`${mark} ${shown}  ${message}`, ...(fix === null ? [] : [dim(`  → ${fix}`)])];
  });
}
