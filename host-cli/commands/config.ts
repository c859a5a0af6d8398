import { defineCommand, type Invocation, type OptionTable } from '../command.ts';
import { CliError } from '../errors.ts';
import { nearest } from '../nearest.ts';

export const configOptions = {
  native: { kind: 'flag', help: 'with show: the files, command and variables that the runtime would get' },
  image: {
    kind: 'value',
    value: 'TAG',
    help: 'look at that image too: its runtimes, tools and plugins (asks the engine; it is not pulled)',
  },
  provider: { kind: 'value', value: 'P', help: 'as for run' },
  model: { kind: 'value', value: 'M', help: 'as for run' },
  env: { kind: 'value', short: 'e', value: 'NAME[=VALUE]', repeatable: true, help: 'as for run' },
  'env-file': { kind: 'value', value: 'FILE', repeatable: true, help: 'as for run' },
  json: { kind: 'flag', help: 'one JSON object on stdout; docs/config.md lists its fields' },
} as const satisfies OptionTable;

export type ConfigInvocation = Invocation<typeof configOptions>;

type Action = (invocation: ConfigInvocation, name: string | undefined) => Promise<number>;

/** Each is loaded when it is asked for. */
const actions: Readonly<Record<string, () => Promise<Action>>> = {
  check: async () => (await import('../config/check.ts')).check,
  show: async () => (await import('../config/show.ts')).show,
  explain: async () => (await import('../config/explain.ts')).explain,
};

export const config = defineCommand({
  name: 'config',
  summary: 'check clawden.yaml, show what it comes to, explain where each value comes from',
  usage: 'check | show [name] | explain [name] [options]',
  description: [
    'check tells everything that is wrong at once, each with its place and what to write instead, and ends with 0 or 78;',
    'show prints the plan as YAML, or with --native the very files that the runtime would read; explain lists each value',
    'with its source: an option, a variable and the line of .env, a line of clawden.yaml, the site defaults, or a default;',
    'and why a channel is native, relayed or unclaimed. No secret is printed. Nothing is started, no engine is needed.',
  ].join('\n'),
  options: configOptions,
  maxPositionals: 2,
  examples: [
    { type: 'clawden config check', does: 'is it right?' },
    { type: 'clawden config show work-bot', does: 'what that instance will be' },
    { type: 'clawden config show --native', does: "the runtime's own files" },
    { type: 'clawden config explain', does: 'why it is so' },
    { type: 'clawden config check -f other.yaml --json', does: 'for a script' },
  ],
  run: async (invocation) => {
    const [action, name] = invocation.positionals;
    if (action === undefined) throw new CliError('config-what');
    const load = Object.hasOwn(actions, action) ? actions[action] : undefined;
    if (!load)
      throw new CliError('config-unknown', { name: action, near: nearest(action, Object.keys(actions)) });
    if (invocation.options.native && action !== 'show')
      throw new CliError('config-option', { action, option: '--native', other: 'show' });
    if (action === 'check' && name !== undefined)
      throw new CliError('too-many-arguments', { command: 'config check', argument: name });
    return (await load())(invocation, name);
  },
});
