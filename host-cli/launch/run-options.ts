import { channelTypes } from '../../supervisor/channels/fields.ts';
import type { Invocation } from '../command.ts';
import type { runOptions } from '../commands/run.ts';
import { CliError } from '../errors.ts';
import type { Additions } from '../given.ts';
import { lookUp, type Sources } from '../variables.ts';

type Options = Invocation<typeof runOptions>['options'];

/** Channel types of `--channel`, each once. */
export function channelsOf(options: Options): readonly string[] {
  return [...new Set(listOf(options.channel))];
}

/** The variables that options of `run` stand for. */
export function optionVariables(options: Options, sources: Sources): Additions['options'] {
  const channels = channelsOf(options);
  const tools = listOf(options.with);
  const variables = new Map<string, { value: string; option: string }>();
  const set = (name: string, value: string | undefined, option: string): void => {
    if (value !== undefined && value !== '') variables.set(name, { value, option });
  };
  set('CLAWDEN_PROVIDER', options.provider, '--provider');
  set('CLAWDEN_MODEL', options.model, '--model');
  set('CLAWDEN_INSTANCE', options.name && checkName(options.name), '--name');
  set('TOOLS', tools.join(','), '--with');
  set('CHANNELS', channels.join(','), '--channel');
  const senders = listOf(options['allow-from']).join(',');
  if (senders !== '') set(sendersVariable(channels, sources), senders, '--allow-from');
  return variables;
}

export function checkPort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= 65535) return port;
  throw new CliError('bad-number', {
    option: '--port',
    value: text,
    expected: 'a port from 1 to 65535',
    example: '18789',
  });
}

export function checkMemory(text: string): string {
  const [, digits, unit] = /^(\d+)([bkmg]?)$/.exec(text.toLowerCase()) ?? [];
  // Docker's own least; a bare number is bytes.
  if (Number(digits) * 1024 ** 'bkmg'.indexOf(unit || 'b') >= 6 * 1024 ** 2) return text.toLowerCase();
  throw new CliError('bad-number', {
    option: '--memory',
    value: text,
    expected: 'a size from 6m up',
    example: '2g',
  });
}

function checkName(name: string): string {
  if (/^[a-z0-9][a-z0-9-]{0,39}$/.test(name)) return name;
  const suggestion = name
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, 40);
  throw new CliError('bad-name', { name, suggestion: suggestion || 'my-agent' });
}

/** The variable that says who may talk to the agent, on the only channel that can be meant. */
function sendersVariable(channels: readonly string[], sources: Sources): string {
  const [type, ...others] = channels.length > 0 ? channels : channelsPresent(sources);
  const channel = others.length > 0 ? undefined : channelTypes.find((each) => each.type === type);
  const variable = channel?.fields.find(({ kind }) => kind === 'senders')?.variable;
  if (variable !== undefined) return variable;
  throw new CliError('allow-from-whose', {
    known: channelTypes.map((each) => each.type).join(' or --channel '),
  });
}

/** Channel types whose credentials are there under their usual names. */
function channelsPresent(sources: Sources): readonly string[] {
  return channelTypes
    .filter(({ fields }) =>
      fields.some(({ secret, variable }) => secret && lookUp(sources, variable) !== undefined),
    )
    .map(({ type }) => type);
}

function listOf(values: readonly string[]): readonly string[] {
  return values.flatMap((text) => text.split(',')).filter((word) => word !== '');
}
