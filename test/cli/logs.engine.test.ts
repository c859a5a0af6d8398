import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openProject } from '../../host-cli/project.ts';
import { freePort } from '../../supervisor/boot/ports.ts';
import { engineProxy } from './engine-proxy.ts';
import {
  bundle,
  docker,
  type Going,
  removeProject,
  STAND_IN,
  standIn,
  until,
  type Workplace,
  workplace,
} from './helpers.ts';

let place: Workplace;
let script = '';
let id = '';
const start = async (name: string, count: string) => {
  // Of its own: a restart gives the port up for a moment, and other tests may run beside this one.
  const own = ['--name', name, '--port', String(await freePort()), '-e', `COUNT=${count}`];
  expect((await place.type(['run', 'openclaw', '-d', '--image', STAND_IN, ...own])).exitCode).toBe(0);
};
const container = (name: string): string => `clawden-${id}-${name}`;
const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');

/** Ends it as Ctrl-C does; what it has printed on stdout. */
async function interrupt(going: Going): Promise<string[]> {
  going.signal('SIGINT');
  const typed = await going.done;
  expect(typed.exitCode).toBe(130);
  return lines(typed.stdout);
}

beforeAll(async () => {
  script = await bundle();
  await standIn();
  place = workplace(script);
  id = openProject(place.directory).id;
}, 300_000);

afterAll(async () => {
  await removeProject(id);
  place.remove();
});

describe('clawden logs -f', () => {
  it('goes on through a restart, a kill, a replacement and a new instance: no line lost, none doubled', async () => {
    await start('one', '3');
    const going = place.begin(['logs', '-f', '--tail', '5']);
    await until('it follows', () => lines(going.printed()).length > 50);
    await docker('restart', container('one'));
    await until('the second life tells', () => livesIn(lines(going.printed())).size === 2);
    await docker('kill', container('one'));
    await docker('start', container('one'));
    await until('the third life tells', () => livesIn(lines(going.printed())).size === 3);
    const { all } = await execa('docker', ['logs', container('one')], { all: true });
    await start('one', '4');
    await start('two', '5');
    await until('the new ones tell', () => livesIn(lines(going.printed())).size === 5);
    await Promise.all(['one', 'two'].map((name) => docker('stop', container(name))));
    await until('their ends are told', () => going.printed().split('has ended (exit code 0)').length > 4);
    const printed = await interrupt(going);

    const lives = livesIn(printed);
    const [followed, ...others] = [...lives.values()];
    expect(followed).toBeDefined();
    for (const life of others) expect(life.numbers).toEqual(life.numbers.map((_, index) => index + 1));
    const numbers = followed?.numbers ?? [];
    expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] ?? 0) + index));
    // The second was killed and could not tell its total.
    expect([...lives.values()].map(({ numbers: own, total }) => total === own.at(-1))).toEqual([
      true,
      false,
      true,
      true,
      true,
    ]);
    const killed = [...lives.keys()][1] ?? '';
    expect(lives.get(killed)).toEqual(livesIn(lines(all)).get(killed));
    expect(printed.filter((line) => line.startsWith('two  | life'))).not.toHaveLength(0);
  });
});

describe('clawden logs of containers that write oddly', () => {
  beforeAll(() => removeProject(id));

  /** A container of the project that runs this code instead of the stand-in's. */
  const custom = async (name: string, code: string, ...words: readonly string[]): Promise<void> => {
    const marks = { project: id, instance: name, runtime: 'openclaw', settings: 'x' };
    const labels = Object.entries(marks).flatMap(([key, value]) => ['--label', `io.clawden.${key}=${value}`]);
    const own = ['--name', container(name), ...labels, '--entrypoint', 'node', ...words];
    await docker('run', '-d', ...own, STAND_IN, '-e', code);
  };
  const wait = 'setInterval(() => 0, 1000);';

  it('gives long lines whole, stdout and stderr in one order, and a last line without an end', async () => {
    // The engine itself has two pipes: what is written at the same time it may take in either order.
    const later = (code: string): string => `await new Promise((ok) => setTimeout(ok, 200)); ${code}`;
    const code = [
      `console.log('é'.repeat(50_000))`,
      later(`console.error('after')`),
      later(`process.stdout.write('half')`),
    ];
    await custom('odd', `(async () => { ${code.join(';')} })()`);
    await docker('wait', container('odd'));
    expect(await place.type(['logs'])).toEqual({
      exitCode: 0,
      stdout: `${'é'.repeat(50_000)}\nafter\nhalf`,
      stderr: '',
    });
  });

  it('follows one that crashes again and again, with a line cut off each time', async () => {
    // The first life lasts until it is followed.
    const code = `const fs = require('node:fs'), first = !fs.existsSync('/tmp/begun'); fs.writeFileSync('/tmp/begun', '');
      console.log('begin'); setTimeout(() => { process.stdout.write('cut'); process.exit(1) }, first ? 4000 : 0)`;
    await custom('crash', code, '--restart', 'on-failure:3');
    const going = place.begin(['logs', 'crash', '-f']);
    await until('the last of four lives is told', () => going.printed().split('cut').length > 4);
    await until('its end is told', () => going.printed().includes('crash has ended (exit code 1)'));
    // A history may join the cut line and the next as the engine does, with the time between them.
    expect((await interrupt(going)).join(' ').replace(/\d{4}-\S+Z /g, ' ')).toBe(
      'begin cut begin cut begin cut begin cut',
    );
  });

  it('merges by time, with names where several are shown', async () => {
    await custom('a', `console.log('a speaks'); ${wait}`, '--init');
    await until('a speaks', async () => (await docker('logs', container('a'))) !== '');
    await custom('bee', `console.log('bee speaks'); ${wait}`, '--init');
    await until('bee speaks', async () => (await docker('logs', container('bee'))) !== '');
    await docker('restart', container('a'));
    await until('a speaks again', async () => lines(await docker('logs', container('a'))).length === 2);
    const typed = await place.type(['logs', 'bee', 'a']);
    expect(typed.stdout).toBe('a    | a speaks\nbee  | bee speaks\na    | a speaks');
    expect((await place.type(['logs', 'a', 'bee', '--no-prefix', '--tail', '1'])).stdout).toBe(
      'bee speaks\na speaks',
    );
    expect((await place.type(['logs', 'bee'])).stdout).toBe('bee speaks');
  });

  it('ends when nobody reads any more', async () => {
    await custom('chatty', `setInterval(() => console.log('x'), 50)`, '--init');
    const line = `'${process.execPath}' '${script}' logs chatty -f | head -n 1; pgrep -P $$ || echo none`;
    const typed = await execa('sh', ['-c', line], { cwd: place.directory, timeout: 20_000 });
    expect(typed.stdout).toBe('x\nnone');
  });

  it('reads on when only the engine’s own command has ended', async () => {
    const going = place.begin(['logs', 'chatty', '-f', '--tail', '1']);
    const count = (): number => lines(going.printed()).length;
    await until('it follows', () => count() > 3);
    const whole = await docker('inspect', '-f', '{{.Id}}', container('chatty'));
    const found = await execa('pgrep', ['-f', `^[^ ]*docker logs .*--follow .*${whole}$`]);
    process.kill(Number(found.stdout));
    const before = count();
    await until('more lines come', () => count() > before + 20);
    await interrupt(going);
  });

  it('ends with a clear word when the engine goes away', async () => {
    const engine = await engineProxy('127.0.0.1');
    const going = place.begin(['logs', 'chatty', '-f'], { env: { DOCKER_HOST: engine.host } });
    await until('it follows', () => going.printed().includes('x'));
    engine.close();
    const typed = await going.done;
    expect(typed.exitCode).toBe(69);
    expect(typed.stderr).toContain(`no container engine answers at DOCKER_HOST=${engine.host}`);
  });

  it('refuses what the engine would not understand', async () => {
    expect((await place.type(['logs', '--since', 'yesterday'])).stderr).toContain(
      '--since yesterday is not a length of time',
    );
    expect((await place.type(['logs', '--tail', '-5'])).exitCode).toBe(64);
    expect((await place.type(['logs', 'a', 'nobody'])).stderr).toContain('there is no instance "nobody"');
  });
});

interface LifeTold {
  /** Sorted: neighbours of stdout and stderr may change places on their way to the engine. */
  readonly numbers: readonly number[];
  readonly total: number | undefined;
}

/** What the stand-in's numbered lines tell of each of its lives, in the order of their beginnings. */
function livesIn(printed: readonly string[]): ReadonlyMap<string, LifeTold> {
  const lives = new Map<string, LifeTold>();
  for (const text of printed) {
    const [, life, word, number] = /life (\d+) (line|total) (\d+)$/.exec(text) ?? [];
    if (life === undefined) continue;
    const before = lives.get(life) ?? { numbers: [], total: undefined };
    const numbers = word === 'line' ? [...before.numbers, Number(number)] : before.numbers;
    lives.set(life, { numbers, total: word === 'total' ? Number(number) : before.total });
  }
  for (const [life, { numbers, total }] of lives) {
    lives.set(life, { numbers: numbers.toSorted((a, b) => a - b), total });
  }
  return lives;
}
