import { existsSync, readFileSync, statSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openProject } from '../../host-cli/project.ts';
import { bundle, removeProject, STAND_IN, standIn, until, type Workplace, workplace } from './helpers.ts';

let place: Workplace;
const env = { CLAWDEN_IMAGE: STAND_IN };

beforeAll(async () => {
  const script = await bundle();
  await standIn();
  place = workplace(script);
}, 300_000);

afterAll(async () => {
  await removeProject(openProject(place.directory).id);
  place.remove();
});

it('up shows a line for each instance, and what is left are the results', async () => {
  const names = ['name: openclaw', 'name: zeroclaw, id: zc'];
  const lines = names.map((name) => `  - {${name}, env: {READY_AFTER: '1500'}}\n`);
  place.write('clawden.yaml', `runtimes:\n${lines.join('')}`);
  const terminal = place.beginOnTerminal(['up'], { env });
  const both =
    /openclaw {2}waiting for the runtime to start \(\d s\)\n. zc {8}waiting for the runtime to start \(\d s\)/;
  await until('both wait', () => both.test(terminal.printed()));
  expect(await terminal.exitCode).toBe(0);
  const left = terminal.printed().slice(terminal.printed().lastIndexOf('waiting for'));
  expect(left).toMatch(/✔ openclaw is ready at http:\S+ \(created, [\d.]+ s\)\s+✔ zc is ready at/);
  await place.type(['down']);
});

describe('run --channel telegram', () => {
  const BOT = '123456789:canary-typed-0123456789abcdefghij';
  const argv = ['run', 'openclaw', '-d', '--provider', 'echo', '--channel', 'telegram', '--allow-from', '1'];
  const dotenv = () => join(place.directory, '.env');

  it('asks for the token where somebody can answer, without showing or keeping it', async () => {
    unlinkSync(join(place.directory, 'clawden.yaml'));
    const terminal = place.beginOnTerminal(argv, { env });
    await until('it shows Telegram bot', () => terminal.printed().includes('Telegram bot'));
    terminal.type('wrong\r');
    await until('it shows expected', () => terminal.printed().includes('expected'));
    terminal.type(`\x15${BOT}\r`);
    await until('it shows Keep it in .env', () => terminal.printed().includes('Keep it in .env'));
    terminal.type('\r');
    expect(await terminal.exitCode).toBe(0);
    expect(terminal.printed()).not.toContain('canary');
    expect(existsSync(dotenv())).toBe(false);
    const asked = await place.type(['chat', '[[env TELEGRAM_BOT_TOKEN]]']);
    expect(asked.stdout).toBe(BOT);
  });

  it('keeps it in .env for its owner alone when the user agrees, and does not ask again', async () => {
    const terminal = place.beginOnTerminal(argv, { env });
    await until('it shows Telegram bot', () => terminal.printed().includes('Telegram bot'));
    terminal.type(`${BOT}\r`);
    await until('it shows Keep it in .env', () => terminal.printed().includes('Keep it in .env'));
    terminal.type('y');
    expect(await terminal.exitCode).toBe(0);
    expect(readFileSync(dotenv(), 'utf8')).toContain(`\nTELEGRAM_BOT_TOKEN=${BOT}\n`);
    expect(statSync(dotenv()).mode & 0o777).toBe(0o600);
    const again = await place.type(argv, { env });
    expect(again.stdout).toContain('is running already');
  });

  it('without a terminal says which line of .env to write', async () => {
    place.write('.env', '');
    const typed = await place.type(argv, { env });
    expect(typed.exitCode).toBe(78);
    expect(typed.stderr).toMatch(
      /TELEGRAM_BOT_TOKEN is set neither here nor in .env\n {2}→ write into .env: TELEGRAM_BOT_TOKEN=…/,
    );
  });
});
