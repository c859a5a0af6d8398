import type { Row } from './broken-files.ts';

const two = 'runtimes:\n  - name: openclaw\n  - name: zeroclaw\n';
const bots =
  'channels:\n  one: { type: telegram, token: $ONE_TOKEN }\n  two: { type: telegram, token: $TWO_TOKEN }\n';
const bot = 'channels:\n  one: { type: telegram, token: $ONE_TOKEN }\n';
const provider = 'provider: anthropic\n';

/** Of several instances, and of what only came with them: named channels, providers, env, what a container is made of. */
export const brokenProjects: readonly Row[] = [
  // The list
  ['runtimes: { openclaw: {} }', '1:11', 'wrong-value', 'runtimes: is a map'],
  ['runtimes: { openclaw: {} }', '1:11', 'wrong-value', 'a list, e.g. - name: openclaw'],
  ['runtimes: openclaw', '1:11', 'wrong-value', 'runtimes: is "openclaw"'],
  ['runtimes: 5', '1:11', 'wrong-value', 'runtimes: is 5'],
  ['runtimes: []', '1:11', 'wrong-value', 'at least one runtime'],
  ['runtimes: [5]', '1:12', 'wrong-value', 'runtimes[0]: is 5'],
  ['runtimes:\n  - name: openclaw\n  -', '3:4', 'wrong-value', 'runtimes[1]: is empty'],
  ['runtimes: [openclaw, [zeroclaw]]', '1:22', 'wrong-value', 'runtimes[1]: is a list'],
  ['runtimes: [opnclaw]', '1:12', 'unknown-runtime', 'did you mean "openclaw"'],
  ['runtimes: [{ name: zeroclw }]', '1:20', 'unknown-runtime', 'did you mean "zeroclaw"'],
  // Names of instances
  ['runtimes: [openclaw, openclaw]', '1:22', 'instance-twice', 'id: openclaw-2'],
  ['runtimes: [openclaw, { name: zeroclaw, id: openclaw }]', '1:22', 'instance-twice', 'called "openclaw"'],
  [
    'runtimes: [openclaw, { name: zeroclaw, id: openclaw-2 }, openclaw]',
    '1:58',
    'instance-twice',
    'openclaw-3',
  ],
  ['runtimes: [{ name: openclaw, id: A b }]', '1:34', 'wrong-value', '"A b" is no name of an instance'],
  ['runtimes: [{ name: openclaw, id: -x }]', '1:34', 'wrong-value', '"-x" is no name of an instance'],
  ['runtimes: [{ name: openclaw, id: 5 }]', '1:34', 'wrong-value', 'id: is 5'],
  ['runtimes: [{ id: a }]', '1:12', 'wrong-value', 'name: is empty'],
  ['runtimes: [{ name: , id: a }]', '1:20', 'wrong-value', 'name: is empty'],
  ['runtimes: [{ name: [openclaw] }]', '1:20', 'wrong-value', 'name: is a list'],
  ['runtime: openclaw\nid: Not Good', '2:5', 'wrong-value', '"Not Good" is no name of an instance'],
  // Keys
  [`runtime: openclaw\n${two}`, '1:1', 'misplaced-key', '"runtime" belongs to one runtime'],
  [`config: { port: 4000 }\n${two}`, '1:1', 'misplaced-key', 'write it in an entry of runtimes:'],
  [`id: x\n${two}`, '1:1', 'misplaced-key', '"id" belongs to one runtime'],
  [`workspace: ./w\n${two}`, '1:1', 'misplaced-key', '"workspace" belongs to one runtime'],
  [`modle: x\n${two}`, '1:1', 'unknown-key', 'did you mean "model"'],
  ['runtimes: [{ name: openclaw, chanels: [] }]', '1:30', 'unknown-key', 'did you mean "channels"'],
  [
    'runtimes: [{ name: openclaw, runtime: openclaw }]',
    '1:30',
    'unknown-key',
    'allowed here: name, provider',
  ],
  ['runtimes: [{ name: openclaw, x-mine: 1 }]', '1:30', 'unknown-key', 'unknown key "x-mine"'],
  ['runtimes: [{ name: openclaw, name: zeroclaw }]', '1:30', 'yaml-syntax', 'this key is given twice'],
  // Values that all instances share
  [`model: two words\n${two}`, '1:8', 'wrong-value', 'without blanks'],
  [`provider: antropic\n${two}`, '1:11', 'unknown-provider', 'did you mean "anthropic"'],
  [`tools: [git, htp]\n${two}`, '1:14', 'unknown-tool', 'did you mean "http"'],
  [`tools: { git: true }\n${two}`, '1:8', 'wrong-value', 'a list of tools'],
  [`expose: all\n${two}`, '1:9', 'wrong-value', 'none or native'],
  [`model: $MODL\n${two}`, '1:8', 'missing-reference', 'model refers to $MODL'],
  [`env: { A: $NOPE }\n${two}`, '1:11', 'missing-reference', 'env.A refers to $NOPE'],
  [`env: [A]\n${two}`, '1:6', 'wrong-value', 'a map of variables'],
  [`memory: plenty\n${two}`, '1:9', 'wrong-value', 'memory: is "plenty"'],
  // Values of one
  ['runtimes: [{ name: openclaw, config: { port: 80 } }]', '1:46', 'bad-port', 'port 80'],
  [
    'runtimes: [{ name: openclaw, config: { gateway: { port: 1 } } }]',
    '1:51',
    'owned-path',
    'write config: { port: … }',
  ],
  [
    'runtimes: [{ name: openclaw, config: { botToken: hunter2hunter2 } }]',
    '1:50',
    'literal-secret',
    'config.botToken',
  ],
  ['runtimes: [{ name: openclaw, env: { A: $NOPE } }]', '1:40', 'missing-reference', 'env.A refers to $NOPE'],
  // Merge keys and anchors
  ['x-a: &a { config: { port: 80 } }\nruntimes: [{ name: openclaw, <<: *a }]', '1:27', 'bad-port', 'port 80'],
  ['x-a: &a { modle: x }\nruntimes: [{ name: openclaw, <<: *a }]', '1:11', 'unknown-key', '"model"'],
  ['runtimes:\n  - &a { name: openclaw }\n  - <<: *a', '3:5', 'instance-twice', 'id: openclaw-2'],
  // Channels by name
  [
    `${provider}${bots}runtimes: [{ name: openclaw, channels: [one] }]`,
    '4:3',
    'channel-unused',
    'channels: [two]',
  ],
  [
    `${provider}${bot}runtimes: [{ name: openclaw, channels: [one, onee] }]`,
    '4:46',
    'unknown-channel-name',
    'did you mean "one"',
  ],
  [
    `${provider}${bot}runtimes: [{ name: openclaw, channels: [one] }, { name: zeroclaw, channels: [one] }]`,
    '4:78',
    'channel-shared',
    'given to openclaw and to zeroclaw',
  ],
  [
    `${provider}${bots}runtimes: [{ name: openclaw, channels: [one] }, { name: zeroclaw, channels: [two, two] }]`,
    '5:83',
    'wrong-value',
    'names "two" again',
  ],
  [
    `${provider}${bots.replace('$TWO_TOKEN', '$ONE_TOKEN')}runtimes: [{ name: openclaw, channels: [one] }, { name: zeroclaw, channels: [two] }]`,
    '4:3',
    'token-shared',
    'channel two of zeroclaw has the same token as channel one of openclaw',
  ],
  [
    `${provider}runtimes: [{ name: openclaw, channels: [telegram] }, { name: zeroclaw, channels: [telegram] }]`,
    '2:83',
    'token-shared',
    'make a second account',
  ],
  [
    `${provider}${bots.replace('$TWO_TOKEN', '$NOWHERE')}runtimes: [{ name: openclaw, channels: [one] }, { name: zeroclaw, channels: [two] }]`,
    '4:33',
    'missing-reference',
    'channels.two.token refers to $NOWHERE',
  ],
  [`${provider}channels: [telegram]\n${two}`, '2:11', 'wrong-value', 'channels: is a list'],
  [
    `${provider}channels: { one: { type: telegrm, token: $ONE_TOKEN } }\nruntimes: [openclaw]`,
    '2:26',
    'unknown-channel',
    'did you mean "telegram"',
  ],
  [
    `${provider}channels: { one: }\nruntimes: [openclaw]`,
    '2:13',
    'unknown-channel',
    'type "one" is not known',
  ],
  [`${provider}runtimes: [{ name: openclaw, channels: [5] }]`, '2:41', 'wrong-value', 'channels[0]: is 5'],
  [
    `${provider}runtimes: [{ name: openclaw, channels: telegram }]`,
    '2:40',
    'wrong-value',
    'a map of channels',
  ],
  ['runtime: openclaw\nchannels: [telegram, telegram]', '2:22', 'wrong-value', 'names "telegram" again'],
  ['runtime: openclaw\nchannels: [5]', '2:12', 'wrong-value', 'the name of a channel'],
  [
    `${provider}relay: false\nruntimes: [{ name: openclaw, channels: { hook: { type: webhook, secret: $HOOK_SECRET, allow_from: [a] } } }]`,
    '2:8',
    'channel-not-native',
    'remove relay: false',
  ],
  ['runtime: openclaw\nrelay: yes please', '2:8', 'wrong-value', 'true or false'],
  [
    `${provider}runtime: openclaw\nchannels: { telegram: { token: $TELEGRAM_BOT_TOKEN, allow_from: "" } }`,
    '3:65',
    'wrong-value',
    'allow_from: is empty',
  ],
  [`runtime: openclaw\nallow_from: []`, '2:13', 'wrong-value', 'is an empty list'],
  [
    `${provider}runtime: openclaw\nallow_from: [bob]\nchannels: { telegram: { token: $TELEGRAM_BOT_TOKEN } }`,
    '3:14',
    'wrong-value',
    '@userinfobot',
  ],
  // Providers by name
  [
    'runtime: openclaw\nproviders: { a: { type: groq }, b: { type: openai } }',
    '2:14',
    'provider-choice',
    '(a, b)',
  ],
  ['runtime: openclaw\nproviders: { a: { type: groqq } }', '2:25', 'unknown-provider', 'did you mean "groq"'],
  ['runtime: openclaw\nproviders: { a: {} }', '2:14', 'missing-key', 'providers.a.type is missing'],
  ['runtime: openclaw\nproviders: { anthropic: { typ: x } }', '2:27', 'unknown-key', 'did you mean "type"'],
  [
    'runtime: openclaw\nproviders: { groq: { api_key: sk-0123456789abc } }',
    '2:31',
    'literal-secret',
    '$GROQ_API_KEY',
  ],
  ['runtime: openclaw\nproviders: { groq: { api_key: $NO_KEY } }', '2:31', 'missing-reference', '$NO_KEY'],
  ['runtime: openclaw\nproviders: { groq: 5 }', '2:20', 'wrong-value', 'providers.groq: is 5'],
  ['runtime: openclaw\nproviders: 5', '2:12', 'wrong-value', 'providers: is 5'],
  [
    `${provider}runtime: openclaw\nproviders: { mine: { base_url: "ftp://x" } }`,
    '3:32',
    'wrong-value',
    'providers.mine.base_url: begins with ftp:',
  ],
  [
    `${provider}runtime: openclaw\nproviders: { mine: { type: groqq } }`,
    '3:28',
    'unknown-provider',
    'did you mean "groq"',
  ],
  // env
  [
    'runtime: openclaw\nenv: { TELEGRAM_BOT_TOKEN: $ONE_TOKEN }',
    '2:8',
    'env-owned',
    'the agent could read it',
  ],
  ['runtime: openclaw\nenv: { PATH: /bin }', '2:8', 'env-owned', 'the supervisor sets it'],
  ['runtime: openclaw\nenv: { CLAW_HOME: /x }', '2:8', 'env-owned', 'steer Claw past its configuration'],
  ['runtime: openclaw\nenv: { a-b: x }', '2:8', 'wrong-value', 'is no name of a variable'],
  ['runtime: openclaw\nenv: { A: [x] }', '2:11', 'wrong-value', 'a text, a number, true or false'],
  ['runtime: openclaw\nenv: { A: }', '2:11', 'wrong-value', 'env.A: is empty'],
  ['runtime: openclaw\nenv: { MY_TOKEN: abcdefghijkl }', '2:18', 'literal-secret', 'env.MY_TOKEN: $MY_TOKEN'],
  // What the container is made of
  ['runtime: openclaw\nmemory: 512', '2:9', 'wrong-value', 'a size with its unit'],
  ['runtime: openclaw\ncpus: none', '2:7', 'wrong-value', 'a number of processors'],
  ['runtime: openclaw\ncpus: 0', '2:7', 'wrong-value', 'from 0.01 to 1024'],
  ['runtime: openclaw\nimage: two words', '2:8', 'wrong-value', 'the reference of an image'],
  ['runtime: openclaw\nworkspace: ""', '2:12', 'wrong-value', 'a folder, e.g. ./workspace'],
];
