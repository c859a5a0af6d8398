import { expect, describe as group, test } from 'vitest';
import { frame } from './frame.ts';
import { describe, Problems, problem } from './problem.ts';
import { hush, hushLine, near, shown } from './wording.ts';

group('the exit code of several problems', () => {
  const wrongArgument = problem('no-runtime');
  const wrongFile = problem('bad-port', { value: '80' });
  const absent = problem('runtime-absent', { name: 'x', present: 'y' });
  const volume = problem('volume-full', { path: '/x', free: 1, needed: 2 });

  test.each([
    ['arguments come before everything', [volume, absent, wrongFile, wrongArgument], 64],
    ['a wrong file comes before what is absent, though 69 is the smaller number', [absent, wrongFile], 78],
    ['what is absent comes before a volume', [volume, absent], 69],
    ['one problem has its own', [volume], 73],
  ])('%s', (_name, list, exit) => {
    expect(new Problems(list).exit).toBe(exit);
  });

  test('the same mistake is 64 in an argument and 78 in a variable', () => {
    const parameters = { name: 'x', near: '', known: 'y' };
    expect(problem('unknown-runtime', parameters, { kind: 'argument', text: 'x' }).exit).toBe(64);
    expect(problem('unknown-runtime', parameters, { kind: 'variable', name: 'RUNTIME' }).exit).toBe(78);
  });
});

group('a problem as a person reads it', () => {
  test('says where, what, which line, and what to do', () => {
    const where = { kind: 'file', file: 'clawden.yaml', line: 2, column: 3 } as const;
    const text = 'a:\n  chanels: {}\n';
    const parameters = { key: 'chanels', near: ' (did you mean "channels"?)', known: 'channels' };
    expect(describe(problem('unknown-key', parameters, where, frame(text, 2, 3)))).toBe(
      [
        'clawden.yaml:2:3  unknown key "chanels" (did you mean "channels"?)  [unknown-key]',
        '  2 |   chanels: {}',
        '    |   ^',
        '  → allowed here: channels',
      ].join('\n'),
    );
  });

  test('does not name a variable twice', () => {
    const wrong = { path: 'CLAWDEN_ECHO', detail: 'is "x"', expected: 'scripted' };
    const text = describe(problem('wrong-value', wrong, { kind: 'variable', name: 'CLAWDEN_ECHO' }));
    expect(text.split('\n')[0]).toBe('CLAWDEN_ECHO: is "x"  [wrong-value]');
  });

  test('names the file of a secret', () => {
    const where = { kind: 'secret-file', name: 'X', file: '/run/secrets/X' } as const;
    expect(describe(problem('wrong-value', {}, where))).toMatch(/^\/run\/secrets\/X {2}/);
  });

  test('nothing a user wrote can steer the terminal', () => {
    const text = problem('unknown-key', { key: '\u001b[2Jx', near: '', known: 'a' }).message;
    expect(text).toBe('unknown key "·[2Jx"');
  });

  test('a parameter can never be a template of its own', () => {
    const text = problem('unknown-key', { key: '{known}', near: '', known: 'a' }).message;
    expect(text).toBe('unknown key "{known}"');
  });
});

group('the code frame', () => {
  test('keeps the caret below its column on a very long line', () => {
    const [line, caret] = frame(`${'a'.repeat(300)}X${'b'.repeat(300)}`, 1, 301).split('\n');
    expect(line?.charAt(caret?.indexOf('^') ?? 0)).toBe('X');
    expect(line?.length).toBeLessThan(120);
  });

  test('masks everything from the caret on when a secret stands there', () => {
    expect(frame('token: hunter2', 1, 8, true)).toBe('  1 | token: *******\n    |        ^');
  });

  test('shows no control characters', () => {
    expect(frame('a\tb\u001b[31mc', 1, 1)).toContain('a b [31mc');
  });

  test('survives a line that is not there', () => {
    expect(frame('a', 9, 4)).toBe('  9 | \n    |    ^');
  });
});

group('a nearest name', () => {
  test.each([
    ['chanels', ['channels', 'config'], ' (did you mean "channels"?)'],
    ['Telegram', ['telegram'], ' (did you mean "telegram"?)'],
    ['bananas', ['channels', 'config'], ''],
    ['x', [], ''],
    ['ab', ['xy'], ''],
  ])('of %s among %j is %j', (name, known, expected) => {
    expect(near(name, known)).toBe(expected);
  });
});

group('what looks like a secret', () => {
  test.each([
    '123456789:AAFabcdefghijklmnopqrstuvwxyz012345',
    'sk-ant-api03-abcdefghijklmnop',
    'xoxb-123456789012-abcdef',
    'AIzaSyA-abcdefghijklmnop',
    'aB3aB3aB3aB3aB3aB3aB3',
    '0123456789abcdef0123456789abcdef',
  ])('is masked wherever it stands: %s', (secret) => {
    expect(hush(`before ${secret} after`)).toBe(`before ${'*'.repeat(secret.length)} after`);
  });

  test.each([
    'claude-sonnet-4-5-20250929',
    'meta-llama/llama-3.3-70b-instruct:free',
    'https://api.telegram.org/file',
    'CLAWDEN_LOG_LEVEL',
  ])('is not %s', (text) => {
    expect(hush(text)).toBe(text);
  });

  test.each([
    ['  token: hunter2', '  token: *******'],
    ['a: {api_key: "hun, ter2", b: 1}', 'a: {api_key: ***********, b: 1}'],
    ['botToken: $TELEGRAM_BOT_TOKEN', 'botToken: $TELEGRAM_BOT_TOKEN'],
    ['tokens: 5 # five', 'tokens: **# five'],
  ])('is told by its key in a line of YAML: %s', (line, masked) => {
    expect(hushLine(line)).toBe(masked);
  });

  test('is not in what is repeated of a user, which is one short line', () => {
    expect(shown(`a\nb\u001b[1m sk-ant-api03-abcdefghijklmnop ${'z'.repeat(90)}`)).toMatch(
      /^a·b·\[1m \*+ z+…$/,
    );
  });
});
