import { describe, expect, it } from 'vitest';
import { parseCommand, splitCommand } from '../../host-cli/arguments.ts';
import { logs } from '../../host-cli/commands/logs.ts';
import { run } from '../../host-cli/commands/run.ts';
import { CliError } from '../../host-cli/errors.ts';

describe('the argument table', () => {
  it('reads flags, short options, repeated values and what follows --', () => {
    const { values, positionals, rest } = parseCommand(run, [
      ...['openclaw', '-d', '-e', 'A=1', '--env=B', '--port', '18800', '--', '--version', '-d'],
    ]);
    expect(positionals).toEqual(['openclaw']);
    expect(values).toMatchObject({
      detach: true,
      env: ['A=1', 'B'],
      port: '18800',
      json: false,
      name: undefined,
    });
    expect(rest).toEqual(['--version', '-d']);
  });

  it('finds the command behind global options and their values', () => {
    expect(splitCommand(['--project-directory', 'run', 'stop', '--kill'])).toEqual({
      before: ['--project-directory', 'run'],
      name: 'stop',
      after: ['--kill'],
    });
  });

  it('knows no command when there are only options', () => {
    expect(splitCommand(['--version']).name).toBeUndefined();
  });

  it('takes -f before the command as the file, and after it as the command has it', () => {
    expect(parseCommand(logs, ['-f'], ['-f', 'a.yaml']).values).toMatchObject({
      file: 'a.yaml',
      follow: true,
    });
    expect(parseCommand(logs, ['--file', 'a.yaml']).values).toMatchObject({ file: 'a.yaml', follow: false });
    expect(parseCommand(run, ['-f', 'a.yaml', '-d']).values).toMatchObject({ file: 'a.yaml', detach: true });
  });

  it('takes a flag of the command before it too', () => {
    expect(parseCommand(run, ['-d'], ['--json', '--no-color']).values).toMatchObject({
      json: true,
      detach: true,
    });
  });

  it('refuses two files, on whichever side of the command', () => {
    const refused = refusal(() => parseCommand(run, ['-f', 'b.yaml'], ['-f', 'a.yaml']));
    expect(refused.message).toBe('option -f is given twice: a.yaml and b.yaml');
    expect(refused.exit).toBe(64);
  });

  it.each([
    [['--prot', '1'], 'unknown-option', 'did you mean --port?'],
    [['-x'], 'unknown-option', 'run has no option -x'],
    [['--name'], 'value-missing', 'option --name needs a value'],
    [['--name', '-d'], 'value-missing', 'option --name needs a value'],
    [['--detach=yes'], 'value-unwanted', 'option --detach takes no value'],
    [['openclaw', 'zeroclaw'], 'too-many-arguments', '"zeroclaw"'],
  ])('refuses %j and says why', (argv, code, words) => {
    const refused = refusal(() => parseCommand(run, argv));
    expect(refused.code).toBe(code);
    expect(refused.exit).toBe(64);
    expect(refused.message).toContain(words);
  });

  it('takes a value that begins with a dash when it is joined by =', () => {
    expect(parseCommand(run, ['--allow-from=-100']).values['allow-from']).toEqual(['-100']);
  });
});

function refusal(work: () => unknown): CliError {
  try {
    work();
  } catch (error) {
    if (error instanceof CliError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}
