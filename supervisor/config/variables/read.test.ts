import { describe, expect, test } from 'vitest';
import { describe as text } from '../../errors/problem.ts';
import { memoryFiles } from '../testing.ts';
import { isSecretName, knownVariables } from './known.ts';
import { readVariables } from './read.ts';
import { isServiceLink } from './unknown.ts';

function read(
  env: Record<string, string>,
  files: Record<string, string> = {},
  args: Record<string, string> = {},
) {
  return readVariables(env, args, memoryFiles(files));
}

describe('the three doors of a secret', () => {
  test.each([
    ['the variable', { CLAWDEN_API_KEY: 'k' }, {}, { kind: 'variable', name: 'CLAWDEN_API_KEY' }],
    [
      'NAME_FILE, without the newline at its end',
      { CLAWDEN_API_KEY_FILE: '/x' },
      { '/x': 'k\r\n' },
      { kind: 'secret-file', name: 'CLAWDEN_API_KEY', file: '/x' },
    ],
    [
      'a file in /run/secrets',
      {},
      { '/run/secrets/CLAWDEN_API_KEY': 'k\n' },
      { kind: 'secret-file', name: 'CLAWDEN_API_KEY', file: '/run/secrets/CLAWDEN_API_KEY' },
    ],
    [
      'a file in another directory',
      { CLAWDEN_SECRETS_DIR: '/s' },
      { '/s/CLAWDEN_API_KEY': 'k', '/run/secrets/CLAWDEN_API_KEY': 'other' },
      { kind: 'secret-file', name: 'CLAWDEN_API_KEY', file: '/s/CLAWDEN_API_KEY' },
    ],
    [
      'NAME_FILE beside an empty variable',
      { CLAWDEN_API_KEY: '', CLAWDEN_API_KEY_FILE: '/x' },
      { '/x': 'k' },
      { kind: 'secret-file', name: 'CLAWDEN_API_KEY', file: '/x' },
    ],
  ])('%s', (_name, env, files, origin) => {
    const variables = read(env as Record<string, string>, files as Record<string, string>);
    expect(variables.problems).toEqual([]);
    expect(variables.get('CLAWDEN_API_KEY')).toEqual({ value: 'k', origin });
  });

  test.each([
    ['variable and file', { GROQ_API_KEY: 'k', GROQ_API_KEY_FILE: '/x' }, { '/x': 'k' }],
    ['variable and secrets directory', { GROQ_API_KEY: 'k' }, { '/run/secrets/GROQ_API_KEY': 'k' }],
    [
      'file and secrets directory',
      { GROQ_API_KEY_FILE: '/x' },
      { '/run/secrets/GROQ_API_KEY': 'k', '/x': 'k' },
    ],
  ])('two at once are an error: %s', (_name, env, files) => {
    const variables = read(env as Record<string, string>, files as Record<string, string>);
    expect(variables.problems.map(({ code }) => code)).toEqual(['two-doors']);
    expect(variables.refer('GROQ_API_KEY').kind).toBe('problem');
  });

  test.each([
    ['is missing', { GROQ_API_KEY_FILE: '/x' }, {}, 'secret-file-missing', 'there is no such file'],
    ['is empty', { GROQ_API_KEY_FILE: '/x' }, { '/x': '\n' }, 'secret-file-missing', 'it is empty'],
    ['may not be read', { GROQ_API_KEY_FILE: '/x' }, { '/x': '!EACCES' }, 'secret-file-missing', 'EACCES'],
    [
      'in the directory may not be read',
      {},
      { '/run/secrets/GROQ_API_KEY': '!EACCES' },
      'secret-file-unreadable',
      'EACCES',
    ],
  ])('a file that %s is an error', (_name, env, files, code, part) => {
    const [problem, ...others] = read(
      env as Record<string, string>,
      files as Record<string, string>,
    ).problems;
    expect(others).toEqual([]);
    expect(problem?.code).toBe(code);
    expect(problem?.message).toContain(part);
  });

  test('a name of the user own has them too, when the file refers to it', () => {
    const variables = read({ MY_FILE: '/x', ZC_TOKEN: 'z' }, { '/x': 'v', '/run/secrets/OTHER': 'o' });
    expect(variables.refer('MY')).toMatchObject({ kind: 'value', variable: { value: 'v' }, secret: true });
    expect(variables.refer('OTHER')).toMatchObject({ kind: 'value', variable: { value: 'o' }, secret: true });
    expect(variables.refer('ZC_TOKEN')).toMatchObject({ kind: 'value', secret: true });
    expect(variables.refer('NONE')).toEqual({ kind: 'unset' });
  });

  test('a plain name beside an unrelated NAME_FILE is no conflict', () => {
    const variables = read({ SSL_CERT: 'a', SSL_CERT_FILE: '/x' });
    expect(variables.refer('SSL_CERT')).toMatchObject({
      kind: 'value',
      variable: { value: 'a' },
      secret: false,
    });
  });
});

describe('variables', () => {
  test('an -e argument covers the environment, which stays visible beneath', () => {
    expect(read({ RUNTIME: 'a' }, {}, { RUNTIME: 'b' }).get('RUNTIME')).toEqual({
      value: 'b',
      origin: { kind: 'argument', text: '-e RUNTIME' },
      covered: { value: 'a', origin: { kind: 'variable', name: 'RUNTIME' } },
    });
  });

  test('empty counts as unset', () => {
    expect(read({ RUNTIME: '' }).get('RUNTIME')).toBeUndefined();
  });

  test('names of object methods are no variables', () => {
    expect(read({}).get('constructor')).toBeUndefined();
    expect(read({}).refer('toString')).toEqual({ kind: 'unset' });
  });

  test.each([
    ['CLAWDEN_TOKEN', 'short', 'has 5 characters'],
    ['CLAWDEN_TOKEN', '"0123456789abcdef"', 'is wrapped in quotes'],
    ['CLAWDEN_TOKEN', '0123456789 abcdef', 'holds blanks'],
    ['OPENAI_API_KEY', 'kéy', 'characters outside ASCII'],
    ['OPENAI_API_KEY', 'k\n', 'line breaks'],
    ['CLAWDEN_MODEL', "'gpt'", 'is wrapped in quotes'],
  ])('%s=%j is refused without repeating it', (name, value, part) => {
    const [problem] = read({ [name]: value }).problems;
    expect(problem?.code).toBe('wrong-value');
    expect(problem?.message).toContain(part);
    expect(text(problem as NonNullable<typeof problem>)).not.toContain(value);
  });

  test.each([
    ['CLAWDEN_MODLE', 'did you mean "CLAWDEN_MODEL"'],
    ['CLAWDEN_PORT', 'config: { port'],
    ['CLAWDEN_RUNTIME', 'did you mean "RUNTIME"'],
    ['CLAWDEN_MODEL_FILE', 'is not known'],
    ['CLAWDEN_XYZZY_PLUGH', 'is not known  ['],
  ])('%s is unknown, and the error helps', (name, part) => {
    const problems = read({ [name]: '8080' }).problems;
    expect(problems.map(({ code }) => code)).toEqual(['unknown-variable']);
    expect(problems.map(text).join()).toContain(part);
  });

  test('an unknown one as an argument is a wrong argument', () => {
    expect(read({}, {}, { CLAWDEN_MODLE: 'x' }).problems[0]?.exit).toBe(64);
  });

  test.each([
    ['CLAWDEN_SERVICE_HOST', '10.0.0.1'],
    ['CLAWDEN_SERVICE_PORT', '80'],
    ['CLAWDEN_SERVICE_PORT_HTTP', '80'],
    ['CLAWDEN_PORT', 'tcp://10.0.0.1:80'],
    ['CLAWDEN_PORT_80_TCP', 'tcp://10.0.0.1:80'],
    ['CLAWDEN_PORT_80_TCP_ADDR', '10.0.0.1'],
    ['CLAWDEN_PORT_80_TCP_PROTO', 'tcp'],
    ['CLAWDEN_TOKEN_SERVICE_HOST', '10.0.0.1'],
    ['CLAWDEN_WEB_PORT', 'udp://10.0.0.1:80'],
    ['CLAWDEN_WEB_PORT_53_UDP_PORT', '53'],
  ])('Kubernetes own %s=%s is ignored', (name, value) => {
    expect(isServiceLink(name, value)).toBe(true);
    expect(read({ [name]: value }).problems).toEqual([]);
  });

  test('the table names each variable once, and every secret of the image', () => {
    const names = knownVariables.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of ['CLAWDEN_TOKEN', 'CLAWDEN_API_KEY', 'ANTHROPIC_API_KEY', 'TELEGRAM_BOT_TOKEN']) {
      expect(isSecretName(name)).toBe(true);
    }
    for (const name of ['RUNTIME', 'TELEGRAM_ALLOW_FROM', 'CLAWDEN_SECRETS_DIR', 'KEYBOARD']) {
      expect(isSecretName(name)).toBe(false);
    }
  });
});
