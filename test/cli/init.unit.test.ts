import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ctrl, hasTerminals, openTerminal, type Terminal } from '../helpers/terminal.ts';
import { bundle, type TypeOptions, type Workplace, workplace } from './helpers.ts';

let script = '';
let place: Workplace;
let folder = '';
let count = 0;

beforeAll(async () => {
  script = await bundle();
  place = workplace(script);
});
afterAll(() => place.remove());
beforeEach(() => {
  count += 1;
  folder = join(place.directory, `project-${count}`);
  mkdirSync(folder);
});

const init = (argv: readonly string[], more?: TypeOptions) =>
  place.type(['init', '--project-directory', folder, ...argv], more);
const file = (name: string): string => readFileSync(join(folder, name), 'utf8');
const mode = (name: string): string => (statSync(join(folder, name)).mode & 0o777).toString(8);

describe('clawden init without questions', () => {
  it('writes a file for one person on Telegram, and says what is left to do', async () => {
    const argv = ['--runtime', 'openclaw', '--channel', 'telegram', '--allow-from', '12345', '--with', 'git'];
    const typed = await init([...argv, '--provider', 'anthropic']);
    expect(typed).toMatchObject({ exitCode: 0, stderr: '' });
    expect(file('clawden.yaml')).toContain(
      '    token: $TELEGRAM_BOT_TOKEN\n    allow_from: [12345]\ntools: [git]\n',
    );
    expect(file('.env')).toContain('\nANTHROPIC_API_KEY=\n');
    expect(mode('.env')).toBe('600');
    expect(existsSync(join(folder, '.gitignore'))).toBe(false);
    expect(typed.stdout).toContain('put TELEGRAM_BOT_TOKEN into .env');
    expect(typed.stdout).toMatch(/clawden.* up$/);
  });

  it('needs nobody’s id: the bot waits for its owner, and how is said', async () => {
    const typed = await init(['--yes', '--provider', 'anthropic', '--channel', 'telegram']);
    expect(typed).toMatchObject({ exitCode: 0, stderr: '' });
    expect(file('clawden.yaml').split('\n').slice(1)).toEqual([
      'runtime: openclaw',
      'provider: anthropic',
      'channels:',
      '  telegram:',
      '    token: $TELEGRAM_BOT_TOKEN',
      '',
    ]);
    expect(typed.stdout).toMatch(
      /up\n {2}send telegram the code that .* up shows: whoever does is its owner$/,
    );
  });

  it('asks .env for the senders of a webhook, which nobody can claim', async () => {
    const argv = ['--yes', '--provider', 'anthropic', '--channel', 'webhook'];
    expect(await init(argv)).toMatchObject({ exitCode: 0, stderr: '' });
    expect(file('clawden.yaml')).toContain(
      '  webhook:\n    secret: $WEBHOOK_SECRET\n    allow_from: $WEBHOOK_ALLOW_FROM\n',
    );
    expect(file('.env')).toMatch(/\nWEBHOOK_SECRET=\n[\s\S]*\nWEBHOOK_ALLOW_FROM=\n/);
    expect(await init([...argv, '--allow-from', 'alerts', '--force'])).toMatchObject({ exitCode: 0 });
    expect(file('clawden.yaml')).toContain('    allow_from: [alerts]\n');
  });

  it('takes the provider whose key is set, and copies no key', async () => {
    const typed = await init(['--yes'], { env: { OPENAI_API_KEY: 'sk-canary' } });
    expect(typed.exitCode).toBe(0);
    expect(file('clawden.yaml')).toContain('runtime: openclaw\nprovider: openai\n');
    expect(file('.env') + file('clawden.yaml') + typed.stdout).not.toContain('canary');
  });

  it('keeps .env out of git, keeps its lines, and takes the others’ right to read it', async () => {
    mkdirSync(join(folder, '.git'));
    place.write(`project-${count}/.env`, 'MINE=1\n');
    chmodSync(join(folder, '.env'), 0o644);
    expect((await init(['--yes', '--provider', 'groq'])).exitCode).toBe(0);
    expect(file('.gitignore')).toBe('.env\n.clawden/\n');
    expect(file('.env')).toBe('MINE=1\n# API key of groq\nGROQ_API_KEY=\n');
    expect(mode('.env')).toBe('600');
    await init(['--yes', '--provider', 'groq', '--force']);
    expect([file('.gitignore'), file('.env').match(/GROQ/g)?.length]).toEqual(['.env\n.clawden/\n', 1]);
  });

  it('overwrites no clawden.yaml but with --force', async () => {
    place.write(`project-${count}/clawden.yaml`, 'runtime: zeroclaw\n');
    const typed = await init(['--yes']);
    expect(typed).toMatchObject({ exitCode: 73, stdout: '' });
    expect(typed.stderr).toContain(`${folder}/clawden.yaml is there already`);
    expect(file('clawden.yaml')).toBe('runtime: zeroclaw\n');
    expect((await init(['--yes', '--force'])).exitCode).toBe(0);
    expect(file('clawden.yaml')).toContain('runtime: openclaw');
  });

  it.each([
    [[], 64, 'init --runtime openclaw'],
    [['--runtime', 'opneclaw'], 64, 'did you mean openclaw?'],
    [['--yes', '--channel', 'telegram'], 64, 'channel telegram needs a model to answer with'],
    [['--yes', '--allow-from', '1'], 64, '--allow-from does not say for which channel'],
    [['--yes', '--channel', 'telegram', '--allow-from', '@me', '--provider', 'echo'], 78, '"@me" is none'],
    [['--yes', '--provider', 'ollama'], 78, 'provider ollama has no default model'],
  ])('with %j ends with %i, says why, and writes nothing', async (argv, code, words) => {
    const typed = await init(argv);
    expect([typed.exitCode, typed.stdout]).toEqual([code, '']);
    expect(typed.stderr).toContain(words);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('asks for a choice where two keys are set', async () => {
    const typed = await init(['--yes'], { env: { OPENAI_API_KEY: 'a', GROQ_API_KEY: 'b' } });
    expect(typed.stderr).toContain('keys of several providers are set (OPENAI_API_KEY and GROQ_API_KEY)');
  });

  it('says why a folder cannot be written, and what to do', async () => {
    const typed = await place.type(['init', '--yes', '--project-directory', '/proc']);
    expect(typed.exitCode).toBe(73);
    expect(typed.stderr).toMatch(
      /cannot be written \(E\w+\); nothing was changed\n {2}→ use a folder of yours/,
    );
  });

  it('writes all of its files or none', async () => {
    // In the place of the last file stands what is no file.
    mkdirSync(join(folder, 'clawden.yaml'));
    const typed = await init(['--yes', '--force']);
    expect(typed.exitCode).toBe(73);
    expect(typed.stderr).toMatch(/clawden\.yaml cannot be written \(\w+\); nothing was changed/);
    expect(readdirSync(folder)).toEqual(['clawden.yaml']);
  });
});

describe.skipIf(!hasTerminals())('clawden init on a terminal', () => {
  const open = (...argv: readonly string[]): Terminal =>
    openTerminal([process.execPath, script, 'init', '--project-directory', folder, ...argv], 40, 100);

  it('asks for what no option says, shows no secret, and writes the answers', async () => {
    using terminal = open('--provider', 'anthropic');
    await terminal.shows('Which runtime?');
    terminal.type('\r');
    await terminal.shows('On which channels?');
    terminal.type(' \r');
    await terminal.shows('Tools?');
    terminal.type('git\r');
    await terminal.shows('ANTHROPIC_API_KEY');
    terminal.type('sk-canary\r');
    await terminal.shows('TELEGRAM_BOT_TOKEN');
    terminal.type('my token\r');
    await terminal.shows('expected: a bot token');
    terminal.type(`${'\x7f'.repeat(8)}\r`);
    expect(await terminal.ended).toBe(0);
    expect(terminal.screen()).not.toContain('canary');
    expect(file('clawden.yaml')).toContain('    token: $TELEGRAM_BOT_TOKEN\ntools: [git]\n');
    expect(terminal.screen()).toContain('send telegram the code that');
    expect(file('.env')).toContain('ANTHROPIC_API_KEY=sk-canary\n');
    expect(file('.env')).toContain('TELEGRAM_BOT_TOKEN=\n');
  });

  it('given up with Ctrl-C in the middle, leaves nothing', async () => {
    using terminal = open('--runtime', 'openclaw');
    await terminal.shows('Where does the model answer?');
    terminal.type(ctrl.c);
    expect(await terminal.ended).toBe(130);
    expect(readdirSync(folder)).toEqual([]);
    expect(terminal.screen().lastIndexOf('\u001b[?25h')).toBeGreaterThan(
      terminal.screen().lastIndexOf('\u001b[?25l'),
    );
  });
});
