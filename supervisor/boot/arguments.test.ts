import { describe, expect, test } from 'vitest';
import { Problems, describe as text } from '../errors/problem.ts';
import { parseArguments, usage } from './arguments.ts';

function problemsOf(argv: readonly string[]) {
  try {
    parseArguments(argv);
  } catch (error) {
    if (error instanceof Problems) return error;
    throw error;
  }
  throw new Error('accepted');
}

describe('arguments after the image name', () => {
  test.each([
    [[], { variables: {} }],
    [['openclaw'], { runtime: 'openclaw', variables: {} }],
    [['openclaw', 'openclaw'], { runtime: 'openclaw', variables: {} }],
    [['-e', 'RUNTIME=openclaw'], { variables: { RUNTIME: 'openclaw' } }],
    [['-eRUNTIME=openclaw'], { variables: { RUNTIME: 'openclaw' } }],
    [['--env', 'RUNTIME=openclaw'], { variables: { RUNTIME: 'openclaw' } }],
    [['--env=RUNTIME=openclaw'], { variables: { RUNTIME: 'openclaw' } }],
    [['-e', 'A=1', 'openclaw', '-e', 'B=x=y'], { runtime: 'openclaw', variables: { A: '1', B: 'x=y' } }],
    [['-e', 'A=1', '-e', 'A=2'], { variables: { A: '2' } }],
    [['-e', 'A='], { variables: { A: '' } }],
    [['openclaw', '--'], { runtime: 'openclaw', variables: {}, oneShot: [] }],
    [
      ['openclaw', '--', '--help', '-e', 'X_TOKEN=1', '--', 'a b'],
      { runtime: 'openclaw', variables: {}, oneShot: ['--help', '-e', 'X_TOKEN=1', '--', 'a b'] },
    ],
    [['--', 'doctor'], { variables: {}, oneShot: ['doctor'] }],
    [['-e', 'TELEGRAM_BOT_TOKEN_FILE=/x'], { variables: { TELEGRAM_BOT_TOKEN_FILE: '/x' } }],
  ])('%j are understood', (argv, expected) => {
    expect(parseArguments(argv)).toEqual({ kind: 'boot', ...expected });
  });

  test.each([[['--help']], [['-h']], [['help']], [['openclaw', '--help']]])('%j asks for help', (argv) => {
    expect(parseArguments(argv)).toEqual({ kind: 'help' });
  });

  test('--version asks for the version', () => {
    expect(parseArguments(['--version'])).toEqual({ kind: 'version' });
  });

  test.each([
    [['-e', 'TELEGRAM_BOT_TOKEN=s3cr3t'], 'secret-argument', 'docker run -e TELEGRAM_BOT_TOKEN IMAGE'],
    [['-e', 'CLAWDEN_TOKEN=s3cr3t'], 'secret-argument', 'docker run -e CLAWDEN_TOKEN IMAGE'],
    [['--env=CLAWDEN_API_KEY=s3cr3t'], 'secret-argument', 'docker run -e CLAWDEN_API_KEY IMAGE'],
    [['-e', 'GEMINI_API_KEY=s3cr3t'], 'secret-argument', 'GEMINI_API_KEY'],
    [['-e', 'MY_DB_PASSWORD=s3cr3t'], 'secret-argument', 'MY_DB_PASSWORD'],
    [['-e', 'AWS_CREDENTIALS=s3cr3t'], 'secret-argument', 'AWS_CREDENTIALS'],
    [['-e', 'ANTHROPIC_API_KEY'], 'argument-without-value', 'docker run -e ANTHROPIC_API_KEY IMAGE'],
    [['openclaw', '-e'], 'argument-without-value', '-e NAME'],
    [['-e', '1X=s3cr3t'], 'unknown-argument', '-e 1X=…'],
    [['TELEGRAM_BOT_TOKEN=s3cr3t'], 'unknown-argument', '-e TELEGRAM_BOT_TOKEN=VALUE'],
    [['-d'], 'unknown-argument', 'options of docker run stand before the image name'],
    [['--env-file=.env'], 'unknown-argument', 'before the image name'],
    [['123456789:AAFabcdefghijklmnop'], 'unknown-argument', 'is not understood'],
    [['openclaw', 'zeroclaw'], 'runtimes-disagree', 'openclaw (argument) and zeroclaw (argument)'],
  ])('%j are refused with 64, and the secret is not repeated', (argv, code, part) => {
    const problems = problemsOf(argv);
    expect(problems.exit).toBe(64);
    expect(problems.list.map((problem) => problem.code)).toEqual([code]);
    expect(problems.list.map(text).join('\n')).toContain(part);
    expect(problems.list.map(text).join('\n')).not.toMatch(/s3cr3t|AAFabc/);
  });

  test('everything wrong is said at once', () => {
    const codes = problemsOf(['-d', '-e', 'X', '-e', 'A_TOKEN=1', 'a', 'b']).list.map(({ code }) => code);
    expect(codes).toEqual([
      'unknown-argument',
      'argument-without-value',
      'secret-argument',
      'runtimes-disagree',
    ]);
  });

  test('the usage teaches the three spellings, volumes, variables and their secrets', () => {
    const help = usage(['openclaw', 'zeroclaw']);
    for (const line of [
      'In this image: openclaw, zeroclaw.',
      'docker run IMAGE openclaw\n',
      'docker run -e RUNTIME=openclaw IMAGE\n',
      'docker run IMAGE -e RUNTIME=openclaw\n',
      '/home/clawden/state',
      '/etc/clawden/clawden.yaml',
    ]) {
      expect(help).toContain(line);
    }
    expect(help).toMatch(/TELEGRAM_BOT_TOKEN +.*\(secret\)/);
    expect(usage([])).toContain('In this image: none.');
  });
});
