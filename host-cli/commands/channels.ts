import type { Action } from '../channels/ask.ts';
import { defineCommand, type Invocation, type OptionTable } from '../command.ts';
import { CliError } from '../errors.ts';

export const channelsOptions = {
  timeout: { kind: 'value', value: 'S', help: 'of test: seconds for each account (default: 10)' },
  'no-poll': { kind: 'flag', help: 'of test: do not look for other readers' },
  json: { kind: 'flag', help: 'one JSON object on stdout; docs/channels.md lists its fields' },
} as const satisfies OptionTable;

const actions: readonly string[] = ['allow', 'revoke', 'reset'] satisfies readonly Action[];

export const channels = defineCommand({
  name: 'channels',
  summary: 'list the channels and how they are, test their credentials, say who may talk',
  usage: [
    '[instances…] [options]',
    'clawden channels test [channels…] [options]',
    'clawden channels allow | revoke [instance] CHANNEL ID',
    'clawden channels reset [instance] CHANNEL',
  ].join('\n       '),
  description: [
    'Of all instances that run, and of those that clawden.yaml declares. Badges: native (the runtime speaks the platform',
    'itself), proxied (the relay does), unclaimed (it waits for its owner), down. Below the table stands the one-time code',
    'of each that waits: whoever sends it to the account first is its owner.',
    '',
    'allow lets one more person talk, by the id at the platform; revoke takes that back, also from the owner; reset forgets',
    'the owner and all who were allowed, and makes a new code. Who stands in allow_from of the file stays allowed.',
    '',
    'test asks the platforms about the credentials, all at once; nothing has to run. To find another reader of a Telegram',
    'bot it reads for a moment, which cuts that one off; a bot that an instance here reads is left alone.',
  ].join('\n'),
  options: channelsOptions,
  maxPositionals: Number.POSITIVE_INFINITY,
  examples: [
    { type: 'clawden channels', does: 'all of this project, and the codes of those that wait' },
    { type: 'clawden channels allow telegram 123456789', does: 'one more person' },
    { type: 'clawden channels reset work telegram', does: 'a new owner' },
    { type: 'clawden channels test', does: 'are the tokens good? exit code 0 if all are' },
    { type: 'clawden channels test telegram --timeout 30', does: 'one of them, on a slow line' },
    {
      type: `clawden channels --json | jq -r '.channels[] | select(.state == "down") | .channel'`,
      does: 'for a script',
    },
  ],
  run: async (invocation) => {
    const { positionals, rest = [] } = invocation;
    const [action, ...words] = [...positionals, ...rest];
    if (positionals[0] === 'test') {
      return (await import('../channels/test-command.ts')).testChannels(invocation, words);
    }
    refuseTestOptions(invocation);
    if (isAction(positionals[0])) {
      return (await import('../channels/people-command.ts')).changePeople(invocation, positionals[0], words);
    }
    const names = action === undefined ? [] : [action, ...words];
    return (await import('../channels/list-command.ts')).listChannels(invocation, names);
  },
});

function isAction(word: string | undefined): word is Action {
  return word !== undefined && actions.includes(word);
}

function refuseTestOptions({ options }: Invocation<typeof channelsOptions>): void {
  if (options.timeout !== undefined) {
    throw new CliError('only-for-test', { option: '--timeout', value: ` ${options.timeout}` });
  }
  if (options['no-poll']) throw new CliError('only-for-test', { option: '--no-poll', value: '' });
}
