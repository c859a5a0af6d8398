import { defineCommand, type OptionTable } from '../command.ts';
import { openEngine } from '../engine.ts';
import { CliError } from '../errors.ts';
import { follow } from '../follow.ts';
import { pickInstance } from '../instances.ts';
import { onInterrupt } from '../interrupt.ts';
import { openProject } from '../project.ts';

const logsOptions = {
  follow: { kind: 'flag', short: 'f', help: 'go on with what comes; Ctrl-C ends it' },
  tail: { kind: 'value', short: 'n', value: 'N', help: 'only the last N lines' },
  since: { kind: 'value', value: 'TIME', help: 'only what is younger, e.g. 10m or 2026-01-31T12:00:00' },
} as const satisfies OptionTable;

export const logs = defineCommand({
  name: 'logs',
  summary: "show an instance's log",
  usage: '[name] [options]',
  description: [
    'JSON lines as the container wrote them; on a terminal our own lines are shown for people and the runtime’s lines',
    'unchanged. Secrets are masked and no message text is in it.',
  ].join('\n'),
  options: logsOptions,
  maxPositionals: 1,
  examples: [
    { type: 'clawden logs -f', does: 'follow the only instance' },
    { type: 'clawden logs openclaw --tail 50', does: 'the last lines of one' },
    { type: 'clawden logs --since 10m | grep error', does: 'for a search' },
  ],
  run: async ({ options, positionals, environment, directory, ui }) => {
    const tail = checkTail(options.tail);
    const project = openProject(directory);
    const engine = openEngine(environment);
    const container = pickInstance(
      await engine.containers(project.id),
      positionals[0],
      'logs',
      project.directory,
    );
    const following = follow(
      engine,
      container.id,
      [
        ...(options.follow ? ['--follow'] : []),
        ...(tail === undefined ? [] : ['--tail', tail]),
        ...(options.since === undefined ? [] : ['--since', options.since]),
      ],
      ui,
    );
    let interrupted = false;
    const release = onInterrupt(() => {
      interrupted = true;
      following.stop();
    });
    const complete = await following.done;
    release();
    if (interrupted) return 130;
    return complete ? 0 : 1;
  },
});

function checkTail(text: string | undefined): string | undefined {
  if (text === undefined || /^\d+$|^all$/.test(text)) return text;
  throw new CliError('bad-number', {
    option: '--tail',
    value: text,
    expected: 'a number of lines',
    example: '50',
  });
}
