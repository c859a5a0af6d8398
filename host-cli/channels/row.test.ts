import { expect, test } from 'vitest';
import type { ChannelPlan } from '../../runtimes/contract.ts';
import type { DeclaredChannel } from '../../supervisor/config/project-channels.ts';
import type { Given } from '../given.ts';
import type { Channel } from '../ps/health-facts.ts';
import { absentRow, type InstanceRow } from '../ps/row.ts';
import { channelRows } from './row.ts';

const nothingGiven: Given = {
  values: {},
  placeOf: () => undefined,
  explicit: [],
  isWritten: () => false,
};
const instance = (name: string, changes: Partial<InstanceRow> = {}): InstanceRow => ({
  ...absentRow(name, 'openclaw'),
  ...{ state: 'ready', source: 'container', channels: [], ...changes },
});
const told = (mode: string, state: string, reason: string | null = null): Channel => ({
  ...{ name: 'telegram', type: 'telegram', account: '@a_bot', mode, state, reason },
});
const declared = (
  instanceName: string | undefined,
  name: string,
  mode: ChannelPlan['mode'],
): DeclaredChannel => ({
  ...{ instance: instanceName, runtime: 'zeroclaw', why: undefined, problems: [] },
  ...{ hasCredentials: true, variables: [] },
  plan: {
    ...{ name, type: 'telegram', mode, serves: 'native', groups: 'mention' },
    ...{ fields: {}, secrets: {}, allowFrom: [] },
  },
});
const shown = (instances: readonly InstanceRow[], channels: readonly DeclaredChannel[] = []): string[] =>
  channelRows(instances, channels, nothingGiven).map(
    ({ instance: name, channel, badge, state, reason, advice, source }) =>
      `${name}/${channel} ${badge} ${state} ${reason} (${advice}) by ${source}`,
  );

test.each([
  [told('native', 'up'), 'native up null (null)'],
  [told('relayed', 'up'), 'proxied up null (null)'],
  [told('native', 'connecting'), 'native connecting null (null)'],
  [
    told('unclaimed', 'unclaimed', 'unclaimed'),
    'unclaimed unclaimed unclaimed (nobody may talk to it: send it',
  ],
  [told('native', 'down', 'token-rejected'), 'down down token-rejected (the platform refuses the token: put'],
  [told('later', 'up', 'later-reason'), 'unknown up later-reason ({clawden} logs a)'],
])('what a container says of %j', (channel, expected) => {
  expect(shown([instance('a', { channels: [channel] })])[0]).toContain(`a/telegram ${expected}`);
});

test('channels of instances that do not run are listed beside those that do, by name', () => {
  expect(
    shown(
      [instance('b', { channels: [told('native', 'up')] })],
      [declared('b', 'telegram', 'native'), declared('c', 'x', 'relayed'), declared('a', 'y', 'unclaimed')],
    ),
  ).toEqual([
    'a/y unclaimed not-running null (no allow_from: whose it is, it tells when it runs) by file',
    'b/telegram native up null (null) by container',
    'c/x proxied not-running null (null) by file',
  ]);
});

test('a channel written after its instance was started is not applied yet', () => {
  expect(shown([instance('a')], [declared('a', 'new', 'native')])).toEqual([
    'a/new native not-running not-applied (the running instance does not have it yet: {clawden} up a) by file',
  ]);
});

test('of an instance that does not answer, what the file says is shown with why it is not known', () => {
  const silent = instance('a', {
    channels: null,
    source: 'engine',
    reason: 'it is gone',
    reasons: ['silent'],
  });
  expect(shown([silent], [declared('a', 'telegram', 'native')])).toEqual([
    'a/telegram native unknown silent (it is gone: {clawden} ps) by engine',
  ]);
  expect(shown([silent])).toEqual([]);
});

test('a channel that variables alone declare belongs to no instance and is not listed', () => {
  expect(shown([], [declared(undefined, 'telegram', 'native')])).toEqual([]);
});
