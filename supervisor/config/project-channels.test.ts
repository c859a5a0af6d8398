import { expect, test } from 'vitest';
import { declaredChannels } from './project-channels.ts';
import { inputOf, type World } from './testing.ts';

const env = { TELEGRAM_BOT_TOKEN: '1:usual', A_TOKEN: '2:of-a' };
const look = async (yaml: string | undefined, more: World = {}) =>
  (await declaredChannels(inputOf({ env, ...more, ...(yaml === undefined ? {} : { yaml }) }))).channels;

test('a channel is found though everything around it is wrong', async () => {
  const [channel] = await look(`
runtime: zeroclaww
tool: [git]
provider: $NOWHERE
channels:
  support: { type: telegram, token: $A_TOKEN, allow_from: [me] }
  telegram: { toke: x }
`);
  expect(channel).toMatchObject({
    plan: { name: 'support', type: 'telegram', secrets: { token: '2:of-a' } },
    hasCredentials: true,
    variables: ['A_TOKEN'],
    problems: [{ code: 'wrong-value' }],
  });
});

test('a missing variable is a problem of its channel only, with the line for .env', async () => {
  const channels = await look(`
runtime: openclaw
channels:
  a: { type: telegram, token: $A_TOKEN, allow_from: [1] }
  b: { type: telegram, token: $B_TOKEN, allow_from: [1] }
`);
  expect(channels.map(({ hasCredentials }) => hasCredentials)).toEqual([true, false]);
  expect(channels[0]?.problems.map(({ code }) => code)).not.toContain('missing-reference');
  expect(channels[1]?.problems[0]).toMatchObject({
    code: 'missing-reference',
    fix: expect.stringContaining('B_TOKEN='),
  });
});

test.each([
  ['ftp://x', 'wrong-value'],
  ['$NOWHERE', 'missing-reference'],
])('a server address like %s keeps the token from going to the usual one', async (address, code) => {
  const [channel] = await look(`runtime: openclaw\nchannels: { telegram: { api_root: "${address}" } }\n`);
  expect(channel).toMatchObject({ hasCredentials: false, problems: [{ code }] });
});

test('each instance has its own, and those without are known', async () => {
  const found = await declaredChannels(
    inputOf({
      env,
      yaml: `
channels:
  a: { type: telegram, token: $A_TOKEN, allow_from: [1] }
runtimes:
  - { name: openclaw, id: one, channels: [a] }
  - { name: zeroclaw }
`,
    }),
  );
  expect(found.instances).toEqual(['one', 'zeroclaw']);
  expect(found.channels).toMatchObject([{ instance: 'one', runtime: 'openclaw', plan: { mode: 'native' } }]);
});

test('without a file the usual variables declare it', async () => {
  expect(await look(undefined)).toMatchObject([
    { plan: { name: 'telegram' }, hasCredentials: true, variables: ['TELEGRAM_BOT_TOKEN'] },
  ]);
});
