// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is the syntax under test
import { expect, describe as group, test } from 'vitest';
import { describe } from '../errors/problem.ts';
import { problemsOf } from './testing.ts';

const env = {
  TELEGRAM_BOT_TOKEN: '123456:token-of-the-bot',
  ANTHROPIC_API_KEY: 'key-of-the-provider',
  FOUR: '4',
  OTHER_TOKEN: '77:other-token-of-the-bot',
};

/** What is written → the place, the code, and what the message says; nothing else is wrong. */
type Row = readonly [yaml: string, at: string, code: string, says: string];
const head = 'runtime: openclaw\n';
const bot = `${head}channels:\n  telegram:\n    token: $TELEGRAM_BOT_TOKEN\n`;

const rows: readonly Row[] = [
  // YAML
  [`${head}config: [`, '2:10', 'yaml-syntax', 'flow sequence'],
  [`${head}config: {`, '2:10', 'yaml-syntax', 'flow map'],
  [`${head}model: "x`, '2:10', 'yaml-syntax', 'missing closing "quote'],
  [`${head}model: @x`, '2:8', 'yaml-syntax', 'reserved character @'],
  [`${head}config:\n\ta: 1`, '3:1', 'yaml-syntax', 'tabs'],
  [`${head}runtime: openclaw`, '2:1', 'yaml-syntax', 'this key is given twice'],
  [`${head}config:\n  a: 1\n  b: 2\n  a: 3`, '5:3', 'yaml-syntax', 'this key is given twice'],
  [`${head}config: { a: *nope }`, '2:14', 'yaml-syntax', 'this alias has no anchor'],
  [`${head}config: { a: !!binary aGk= }`, '2:23', 'yaml-syntax', 'only texts, numbers'],
  [`${head}config: { a: !mine 1 }`, '2:14', 'yaml-syntax', 'unresolved tag: !mine'],
  [`${head}config: { a: .nan }`, '2:14', 'yaml-syntax', 'not a finite number'],
  [`${head}config: { a: 12345678901234567890 }`, '2:14', 'yaml-syntax', 'write it in quotes'],
  [`${head}config: { ? [a] : 1 }`, '2:13', 'yaml-syntax', 'a key must be a text'],
  [`${head}config: { __proto__: { port: 1 } }`, '2:11', 'yaml-syntax', 'this key is not allowed'],
  [`${head}config: { <<: 5 }`, '2:15', 'yaml-syntax', 'a merge key takes a map'],
  [`${head}config: &c { a: *c }`, '2:17', 'yaml-syntax', 'alias'],
  [`${head}config: ${'{ a: '.repeat(60)}1${' }'.repeat(60)}`, '2:209', 'yaml-syntax', 'deeper than 40'],
  [`${head}---\n${head}`, '2:1', 'yaml-syntax', 'multiple documents'],
  // Shape
  ['- openclaw', '1:1', 'wrong-value', 'clawden.yaml: is a list'],
  ['openclaw', '1:1', 'wrong-value', 'clawden.yaml: is "openclaw"'],
  [`${head}chanels: {}`, '2:1', 'unknown-key', 'did you mean "channels"'],
  ['runtimes: []', '1:11', 'wrong-value', 'at least one runtime'],
  [`${head}runtimes: [openclaw]`, '1:1', 'misplaced-key', '"runtime" belongs to one runtime'],
  [`${head}xylophone: {}`, '2:1', 'unknown-key', 'unknown key "xylophone"  ['],
  [`${head}nothing:`, '2:1', 'unknown-key', 'allowed here: runtime, runtimes, provider, model'],
  ['runtime: [openclaw]', '1:10', 'wrong-value', 'runtime: is a list'],
  ['runtime: ""', '1:10', 'wrong-value', 'runtime: is empty'],
  [`${head}model: 5`, '2:8', 'wrong-value', 'model: is 5'],
  [`${head}model: two words`, '2:8', 'wrong-value', 'without blanks'],
  [`${head}tools: { git: true }`, '2:8', 'wrong-value', 'a list of tools'],
  [`${head}tools: [git, 5]`, '2:8', 'wrong-value', 'a list of tools'],
  [`${head}expose: all`, '2:9', 'wrong-value', 'none or native'],
  [`${head}config: 5`, '2:9', 'wrong-value', 'config: is 5'],
  [`${head}channels: 5`, '2:11', 'wrong-value', 'a map of channels'],
  [`${head}channels: [telegam]`, '2:12', 'unknown-channel-name', 'did you mean "telegram"'],
  // Names
  ['runtime: opnclaw', '1:10', 'unknown-runtime', 'did you mean "openclaw"'],
  ['runtime: zeroclaw', '1:10', 'runtime-absent', 'in this image: openclaw'],
  [`${head}provider: antropic`, '2:11', 'unknown-provider', 'did you mean "anthropic"'],
  [`${head}provider: constructor`, '2:11', 'unknown-provider', 'known: anthropic, openai'],
  [`${head}provider: groq`, '', 'provider-key-missing', 'docker run -e GROQ_API_KEY'],
  [`${head}provider: ollama`, '', 'model-missing', 'CLAWDEN_MODEL'],
  [`${head}provider: custom\nmodel: x`, '', 'base-url-missing', 'CLAWDEN_BASE_URL='],
  [`${head}tools: [git, htp]`, '2:14', 'unknown-tool', 'did you mean "http"'],
  [`${head}tools: git, htp`, '2:8', 'unknown-tool', 'in this image: git, http'],
  // Our keys in config
  [`${head}config: { port: 80 }`, '2:17', 'bad-port', 'port 80'],
  [`${head}config: { port: 65536 }`, '2:17', 'bad-port', 'port 65536'],
  [`${head}config: { port: 2000.5 }`, '2:17', 'bad-port', 'port 2000.5'],
  [`${head}config: { port: [1] }`, '2:17', 'bad-port', 'port [1]'],
  [`${head}config: { port: $FOUR }`, '2:17', 'bad-port', 'from 1024 to 65535'],
  [`${head}config: { log_level: inof }`, '2:22', 'wrong-value', 'did you mean "info"'],
  [`${head}config: { log_level: null }`, '2:22', 'wrong-value', 'error, warn, info, debug'],
  [`${head}config: { gateway: { port: 1 } }`, '2:22', 'owned-path', 'write config: { port: … }'],
  [`${head}config: { gateway: { auth: { mode: none } } }`, '2:22', 'owned-path', 'set CLAWDEN_TOKEN'],
  [`${head}config: { gateway: null }`, '2:11', 'wrong-value', 'config.gateway: is no map'],
  [`${head}config: { gateway: [1] }`, '2:11', 'wrong-value', 'config.gateway: is no map'],
  [`${head}config: { accounts: { x: { token: $FOUR } } }`, '2:28', 'owned-path', 'at the top level'],
  [`${head}config: { accounts: { x: { token: 1 } } }`, '2:28', 'owned-path', 'config.accounts.x.token'],
  [`${head}config: { a: [{ $include: f }] }`, '2:17', 'owned-path', 'write the keys themselves'],
  [`${head}x-a: &a { port: 1 }\nconfig: { gateway: *a }`, '2:11', 'owned-path', 'config.gateway.port'],
  [
    `${head}x-a: &a { gateway: { port: 1 } }\nconfig: { <<: *a }`,
    '2:22',
    'owned-path',
    'config.gateway.port',
  ],
  [`${head}config: { botToken: hunter2hunter2 }`, '2:21', 'literal-secret', 'config.botToken: $BOT_TOKEN'],
  [`${head}config: { a: { apiKey: hunter2hunter2 } }`, '2:24', 'literal-secret', '$A_API_KEY'],
  // References
  [`${head}model: $MODL`, '2:8', 'missing-reference', 'model refers to $MODL, which is not set'],
  [`${head}model: a-\${MODL}-b`, '2:8', 'missing-reference', 'in .env: MODL=…'],
  [`${head}model: \${MODL`, '2:8', 'wrong-value', '$$ for a dollar sign'],
  [`${head}model: \${MODL-x}`, '2:8', 'wrong-value', 'NAME:-default}'],
  [`${head}model: \${MODL:-\${OTHER}}`, '2:8', 'wrong-value', 'NAME:-default}'],
  [`${head}tools: [git, $TOOL]`, '2:14', 'missing-reference', 'tools[1] refers to $TOOL'],
  [`${head}config: { a: { b: $NOPE } }`, '2:19', 'missing-reference', 'config.a.b refers to $NOPE'],
  // Channels
  [`${head}channels: { telegrm: {} }`, '2:13', 'unknown-channel', 'did you mean "telegram"'],
  [`${head}channels: { work: { type: discrd } }`, '2:27', 'unknown-channel', 'known: telegram'],
  [`${head}channels: { "a b": { type: telegram } }`, '2:13', 'wrong-value', 'channels.a b: is no name'],
  [`${head}channels: { telegram: 5 }`, '2:23', 'wrong-value', 'is a number'],
  [`${head}channels: { telegram: [a] }`, '2:23', 'wrong-value', 'is a list'],
  [`${head}channels: { work: { type: telegram } }`, '2:13', 'missing-key', 'channels.work.token is missing'],
  [`${bot}    alow_from: [1]`, '5:5', 'unknown-key', 'did you mean "allow_from"'],
  [`${bot}    allow_from: ["@alice"]`, '5:18', 'wrong-value', '@userinfobot'],
  [`${bot}    allow_from: [1, -100]`, '5:21', 'wrong-value', '"-100" is none'],
  [`${bot}    allow_from: [1.5]`, '5:18', 'wrong-value', '"1.5" is none'],
  [`${bot}    allow_from: []`, '5:17', 'wrong-value', 'is an empty list'],
  [`${bot}    allow_from: { a: 1 }`, '5:17', 'wrong-value', 'is a map'],
  [`${bot}    api_root: ftp://x`, '5:15', 'wrong-value', 'begins with ftp:'],
  [`${bot}    api_root: nowhere`, '5:15', 'wrong-value', 'is no address'],
  [`${bot}    api_root: https://u:p@x`, '5:15', 'wrong-value', 'holds a user or a password'],
  [`${head}channels: { telegram: { token: 5 } }`, '2:32', 'wrong-value', 'is a number'],
  [`${head}channels: { telegram: { token: $OTHER_TOKEN } }`, '2:32', 'set-twice', 'channels.telegram.token'],
  [`${head}channels: { work: { type: telegram, token: $FOUR } }`, '2:44', 'wrong-value', 'a bot token'],
  [
    `${head}channels: { telegram: { token: "1:hunter2" } }`,
    '2:32',
    'literal-secret',
    'write channels.telegram.token: $TELEGRAM_BOT_TOKEN here',
  ],
  [
    `${head}channels: { work: { type: telegram, token: "\${X:-1:hunter2}" } }`,
    '2:44',
    'literal-secret',
    'WORK_TOKEN=… in .env',
  ],
];

group('a broken clawden.yaml', () => {
  test.each(rows)('%j fails at %s with %s: %s', async (yaml, at, code, says) => {
    const problems = (await problemsOf({ yaml, env })).filter((problem) => !isFollowUp(problem.code, code));
    const [problem] = problems;
    expect(problems.map((each) => each.code)).toEqual([code]);
    const text = problem ? describe(problem) : '';
    if (at) expect(text).toMatch(new RegExp(`^clawden\\.yaml:${at} `));
    expect(text).toContain(says);
    expect(text).not.toMatch(/hunter2|token-of-the-bot|key-of-the-provider|undefined|[^$]\{[a-z]+\}/);
  });

  test('everything wrong is said at once, from top to bottom', async () => {
    const yaml = [
      'runtime: opnclaw',
      'model: $MODL',
      'tools: [htp]',
      'channels: { telegram: { token: "1:hunter2", allow_from: bob } }',
      'config: { port: 80, apiKey: hunter2hunter2 }',
      'nope: 1',
      'nope: 2',
    ].join('\n');
    const problems = await problemsOf({ yaml, env: { ...env, CLAWDEN_MODLE: 'x', CLAWDEN_ECHO: 'loud' } });
    expect(problems.map(({ code, where }) => `${where?.kind === 'file' ? where.line : '-'} ${code}`)).toEqual(
      [
        '- unknown-variable',
        '- wrong-value',
        '1 unknown-runtime',
        '2 missing-reference',
        '3 unknown-tool',
        '4 literal-secret',
        '4 set-twice',
        '4 wrong-value',
        '5 bad-port',
        '5 literal-secret',
        '6 unknown-key',
        '7 yaml-syntax',
      ],
    );
    expect(problems.map(describe).join('\n')).not.toMatch(/hunter2/);
  });

  test('a secret on the line of another error is masked in its frame', async () => {
    const yaml = `${head}channels: { telegram: { token: "1:hunter2", alow_from: 1 } }`;
    const problems = await problemsOf({ yaml, env: {} });
    expect(problems.map(describe).join('\n')).not.toMatch(/hunter2/);
    expect(problems.map(({ code }) => code)).toContain('unknown-key');
  });

  test('aliases that multiply are stopped quickly', async () => {
    const levels = Array.from({ length: 30 }, (_, level) =>
      level === 0 ? 'x-0: &a0 [1, 1]' : `x-${level}: &a${level} [*a${level - 1}, *a${level - 1}]`,
    );
    const started = performance.now();
    const problems = await problemsOf({ yaml: [...levels, 'runtime: openclaw'].join('\n'), env });
    expect(problems.map(({ message }) => message)).toEqual(['aliases multiply beyond reason']);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

/** The same place, seen by the runtime's owner and by the hunter of secrets. */
function isFollowUp(code: string, wanted: string): boolean {
  return wanted === 'literal-secret' && code === 'set-twice';
}
