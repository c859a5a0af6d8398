import { chmodSync, readFileSync } from 'node:fs';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalogue } from '../../host-cli/errors.ts';
import { bundle, root, type Typed, type Workplace, workplace } from './helpers.ts';

let script = '';
let place: Workplace;
beforeAll(async () => {
  script = await bundle();
  place = workplace(script);
});
afterAll(() => place.remove());

const STACK = /\n {4}at /;

/** The command with an engine of which no command of ours knows what it says. */
function engineSaying(
  shell: string,
  env: Readonly<Record<string, string>> = {},
  ...argv: string[]
): Promise<Typed> {
  const engine = place.write('engine.sh', `#!/bin/sh\n${shell}\n`);
  chmodSync(engine, 0o755);
  return place.type(['chat', 'hi', ...argv], { env: { CLAWDEN_ENGINE: engine, ...env } });
}

describe('a mistake of the command itself', () => {
  it('is one line, one on what to do, and no stack trace', async () => {
    const typed = await engineSaying('echo garbage');
    expect(typed).toMatchObject({ exitCode: 1, stdout: '' });
    expect(typed.stderr.split('\n')).toEqual([
      expect.stringMatching(
        /^✖ clawden itself made a mistake: SyntaxError: .*what was read is not valid JSON$/,
      ),
      expect.stringMatching(/^ {2}→ CLAWDEN_DEBUG=1 .*report it: https:/),
    ]);
  });

  it('shows where with CLAWDEN_DEBUG=1', async () => {
    const typed = await engineSaying('echo garbage', { CLAWDEN_DEBUG: '1' });
    expect(typed.stderr).toMatch(STACK);
    expect(typed.stderr).toContain('✖ clawden itself made a mistake: SyntaxError');
    expect(typed.stderr).not.toContain('CLAWDEN_DEBUG');
  });

  it.each(['KEY=sk-canary', '[{"Config":{"Env":["KEY=sk-canary" garbage', '[{"Env":["KEY=sk-canary'])(
    'repeats nothing of what the engine said, which may hold secrets: %s',
    async (said) => {
      const typed = await engineSaying(`echo '${said}'`, { CLAWDEN_DEBUG: '1' }, '--json');
      expect(typed.exitCode).toBe(1);
      expect(typed.stderr).toContain('SyntaxError');
      expect(typed.stderr + typed.stdout).not.toContain('canary');
    },
  );

  it('is told the same way when nobody waited for what failed', async () => {
    const late = "data:text/javascript,setTimeout(()=>{throw new TypeError('late')},200)";
    const typed = await engineSaying('sleep 2', { NODE_OPTIONS: `--import "${late}"` });
    expect(typed).toMatchObject({ exitCode: 1, stdout: '' });
    expect(typed.stderr).toMatch(/^✖ clawden itself made a mistake: TypeError: late\n {2}→ .*$/);
  });

  it('sends its reports where the package does', () => {
    const { bugs } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8')) as { bugs: { url: string } };
    expect(catalogue.unexpected.fix).toContain(bugs.url);
  });
});

describe('the command', () => {
  it('goes on when nobody reads its words for people, and ends when nobody reads its result', async () => {
    const piped = async (line: string): Promise<string> =>
      (await execa('bash', ['-c', `${line} | true; echo "\${PIPESTATUS[0]}"`], { reject: false })).stdout;
    const command = `'${process.execPath}' '${script}'`;
    expect(await piped(`${command} rum 2>&1 >/dev/null`)).toBe('64');
    expect(await piped(`{ sleep 0.2; ${command} --help; } 2>/dev/null`)).toBe('0');
    const both = await execa('bash', ['-c', `${command} --help 2>&1 >/dev/full`], { reject: false });
    expect(both.stdout).not.toMatch(STACK);
    expect(both.exitCode).toBe(1);
  });

  it('says which Node it needs when this one is too old', async () => {
    const old = "data:text/javascript,Object.defineProperty(process.versions,'node',{value:'18.20.0'})";
    const typed = await place.type(['--version'], { env: { NODE_OPTIONS: `--import "${old}"` } });
    expect(typed).toMatchObject({ exitCode: 69, stdout: '' });
    expect(typed.stderr).toMatch(/^✖ clawden needs Node 20 or newer; this is 18\.20\.0\n {2}→ https:/);
  });
});
