import { defineCommand, type OptionTable } from '../command.ts';
import { openEngine } from '../engine.ts';
import { CliError } from '../errors.ts';
import { nothingRuns } from '../instances.ts';
import { onInterrupt } from '../interrupt.ts';
import { named } from '../launch/named.ts';
import { followLogs } from '../logs/follow.ts';
import { printHistory } from '../logs/history.ts';
import { createPrinter } from '../logs/printer.ts';
import { openProject } from '../project.ts';

const logsOptions = {
  follow: { kind: 'flag', short: 'f', help: 'go on with what comes; Ctrl-C ends it' },
  tail: { kind: 'value', short: 'n', value: 'N', help: 'only the last N lines of each' },
  since: { kind: 'value', value: 'TIME', help: 'only what is younger, e.g. 10m or 2026-01-31T12:00:00' },
  'no-prefix': { kind: 'flag', help: 'no names before the lines of several instances' },
} as const satisfies OptionTable;

export const logs = defineCommand({
  name: 'logs',
  summary: 'show the logs of instances',
  usage: '[names…] [options]',
  description: [
    'Without names: every instance of this project. Lines of several are merged by time, each with its name before it;',
    'with a single one there is no name. They are JSON lines as the containers wrote them, stdout and stderr in one order;',
    'on a terminal our own lines are shown for people and the runtime’s lines unchanged. Secrets are masked and no message',
    'text is in them. With -f, instances that are restarted, replaced or new are followed too.',
  ].join('\n'),
  options: logsOptions,
  maxPositionals: Number.POSITIVE_INFINITY,
  examples: [
    { type: 'clawden logs -f', does: 'follow all of this project' },
    { type: 'clawden logs openclaw --tail 50', does: 'the last lines of one' },
    { type: 'clawden logs --since 10m | grep error', does: 'for a search' },
  ],
  run: async ({ options, positionals, environment, file, directory, ui }) => {
    const wanted = { tail: checkTail(options.tail), since: checkSince(options.since) };
    const project = openProject(directory);
    const engine = openEngine(environment);
    const all = await engine.containers(project.id);
    const { containers, absent } = await named(positionals, all, 'logs', project, { file });
    const [missing] = absent;
    if (missing !== undefined) throw new CliError('never-started', { name: missing });
    if (containers.length === 0) throw nothingRuns(project.directory);
    const names = [...new Set(positionals)];
    const printer = createPrinter(ui, process.stdout, options['no-prefix'] || names.length === 1);
    printer.expect(containers.map(({ instance }) => instance).sort());
    const over = new AbortController();
    let following = false;
    let code = 130;
    const release = onInterrupt((signal) => {
      code = signal === 'SIGTERM' ? 143 : 130;
      if (!following) process.exit(code);
      over.abort();
    });
    try {
      const seen = await printHistory(engine, containers, wanted, printer, options.follow);
      if (!options.follow) return 0;
      following = true;
      const onEnd = (name: string, code: number | undefined): void => {
        const how = code === undefined ? 'is gone' : `has ended (exit code ${code})`;
        ui.note(ui.errorColors.dim(`${name} ${how}; its next start is followed`));
      };
      const isWanted = (name: string): boolean => names.length === 0 || names.includes(name);
      await followLogs({ engine, project: project.id, isWanted, printer, seen, signal: over.signal, onEnd });
      return code;
    } finally {
      release();
    }
  },
});

function checkTail(text: string | undefined): string | undefined {
  if (text === undefined || /^\d+$|^all$/.test(text)) return text;
  const expected = { expected: 'a number of lines', example: '50' };
  throw new CliError('bad-number', { option: '--tail', value: text, ...expected });
}

/** A length of time, seconds since 1970, or a date with or without a time, as the engine takes them. */
function checkSince(text: string | undefined): string | undefined {
  const span = /^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$|^\d+(\.\d+)?$/;
  const date = /^\d{4}-\d\d-\d\d(T\d\d(:\d\d(:\d\d(\.\d+)?)?)?(Z|[+-]\d\d:\d\d)?)?$/;
  if (text === undefined || span.test(text) || date.test(text)) return text;
  const expected = { expected: 'a length of time or a date', example: '10m' };
  throw new CliError('bad-number', { option: '--since', value: text, ...expected });
}
