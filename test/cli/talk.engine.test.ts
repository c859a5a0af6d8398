import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openProject } from '../../host-cli/project.ts';
import {
  bundle,
  docker,
  removeProject,
  STAND_IN,
  standIn,
  until,
  type Workplace,
  workplace,
} from './helpers.ts';

let place: Workplace;
let id = '';
const start = (...argv: readonly string[]) =>
  place.type(['run', 'openclaw', '-d', '--image', STAND_IN, ...argv]);
const chat = (argv: readonly string[], input?: string) =>
  place.type(['chat', ...argv], input === undefined ? {} : { input });

beforeAll(async () => {
  const script = await bundle();
  await standIn();
  place = workplace(script);
  id = openProject(place.directory).id;
  expect((await start()).exitCode).toBe(0);
}, 300_000);

afterAll(async () => {
  await removeProject(id);
  place.remove();
});

describe('clawden chat', () => {
  it('answers, and remembers within a session only', async () => {
    expect(await chat(['first', 'words'])).toMatchObject({ exitCode: 0, stdout: 'first words', stderr: '' });
    await chat(['openclaw', '--session', 'other', 'elsewhere']);
    expect((await chat(['[[history]]'])).stdout).toBe('first words');
    expect((await chat(['--session', 'other', '[[history]]'])).stdout).toBe('elsewhere');
  });

  it('takes the message from stdin, and what follows -- as it is', async () => {
    expect((await chat([], 'piped\ntext\n')).stdout).toBe('piped\ntext');
    expect((await chat(['--', '--json', 'openclaw'])).stdout).toBe('--json openclaw');
    expect(await chat([], ' \n')).toMatchObject({ exitCode: 64 });
  });

  it('gives a script one JSON object', async () => {
    const typed = await chat(['--json', 'hi']);
    expect(JSON.parse(typed.stdout)).toEqual({ instance: 'openclaw', session: 'cli', reply: 'hi' });
  });

  it.each([
    ['[[status 502]]', 'openclaw could not answer: the model said no  [provider_error]', 'logs openclaw'],
    ['[[status 401]]', 'openclaw refuses the token of this project', 'stop openclaw   and start it again'],
    ['[[status 502 provider_auth]]', 'the model said no  [provider_auth]', 'mend its key in .env'],
  ])('says %s in one line, and what to type next', async (text, message, next) => {
    const typed = await chat([text]);
    expect(typed).toMatchObject({ exitCode: 1, stdout: '' });
    expect(typed.stderr.split('\n')).toEqual([
      expect.stringContaining(message),
      expect.stringContaining(next),
    ]);
  });

  it('is refused with another token, and says which file holds ours', async () => {
    const file = join(place.directory, '.clawden', 'token');
    const token = readFileSync(file, 'utf8');
    writeFileSync(file, 'another\n');
    const typed = await chat(['hi']);
    writeFileSync(file, token);
    expect(typed.exitCode).toBe(1);
    expect(typed.stderr).toContain(file);
  });

  it('given up with Ctrl-C, lets the instance know', async () => {
    const going = place.begin(['chat', '[[delay 3000]] slow']);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    going.signal('SIGINT');
    expect((await going.done).exitCode).toBe(130);
    await until('the turn is given up', async () =>
      (await place.type(['logs'])).stdout.includes('turn given up by the client'),
    );
  });

  it('streams on a terminal, and says once that echo is no model', async () => {
    expect((await place.type(['logs'])).stdout).not.toContain('as a stream');
    const typed = await place.onTerminal(['chat', 'one two three']);
    expect((await place.type(['logs'])).stdout).toContain('as a stream');
    expect(typed).toContain('one two three');
    expect(typed).not.toContain('{');
    const steering = 'clip \u001b]52;c;aGk=\u0007';
    expect(await place.onTerminal(['chat', steering])).toContain('clip �]52;c;aGk=�');
    // For a program it is what it is.
    expect((await place.type(['chat', steering])).stdout).toBe(steering);
    expect(typed.match(/echo: no model, it repeats your words/g)).toHaveLength(1);
  });

  it.each([
    ['[[cut]]', /openclaw stopped in the middle of its reply \((aborted|ECONNRESET)\)/],
    ['[[end]]', /openclaw stopped in the middle of its reply \(the stream ended early\)/],
    ['[[error]]', /openclaw could not answer: it broke {2}\[provider_error\]/],
  ])('keeps what came before %s in a stream, and says that it is not all', async (mark, words) => {
    const terminal = place.beginOnTerminal(['chat', `half ${mark}`]);
    expect(await terminal.exitCode).toBe(1);
    expect(terminal.printed()).toMatch(/^half/m);
    expect(terminal.printed()).toMatch(words);
    expect(terminal.printed()).toContain('logs openclaw');
  });

  it('takes a session by any name', async () => {
    await chat(['--session', 'Übung ☃', 'im Schnee']);
    expect((await chat(['--session', 'Übung ☃', '[[history]]'])).stdout).toBe('im Schnee');
  });

  it('without a text is a conversation, where a failed turn is not the end', async () => {
    const terminal = place.beginOnTerminal(['chat', '--session', 'talk']);
    await until('it asks', () => terminal.printed().includes('> '));
    terminal.type('good morning\r');
    await until('it answers', () => terminal.printed().includes('good morning\ngood morning\n> '));
    terminal.type('[[status 502]]\r');
    await until('it fails', () => terminal.printed().includes('the model said no'));
    terminal.type('[[delay 20000]] slow\r');
    await until('the turn has begun', () => terminal.printed().includes('slow\n'));
    await new Promise((resolve) => setTimeout(resolve, 300));
    terminal.type('\u0003');
    await until('it is given up', () => terminal.printed().includes('interrupted'));
    // What is pasted is one message, sent with the next Enter.
    terminal.type('\u001b[200~first line\rsecond line\u001b[201~');
    terminal.type(' and an end\r');
    await until('it has all', () =>
      terminal
        .printed()
        .includes('> first line\nsecond line and an end\nfirst line\nsecond line and an end\n> '),
    );
    // What was begun is given up with Ctrl-C.
    terminal.type('never sent\u0003');
    terminal.type('\u0004');
    expect(await terminal.exitCode).toBe(0);
    expect((await chat(['--session', 'talk', '[[history]]'])).stdout).toBe(
      'good morning | first line\nsecond line and an end',
    );
  });

  it('says what to type when the instance that is meant is only declared, paused, or has ended', async () => {
    place.write('clawden.yaml', 'runtimes:\n  - { name: openclaw }\n  - { name: zeroclaw, id: second }\n');
    const typed = await chat(['second', 'hi']);
    expect([typed.exitCode, typed.stderr]).toEqual([
      1,
      expect.stringMatching(/^✖ second does not run; clawden.yaml only declares it\n {2}→ .* up second$/),
    ]);
    expect((await chat(['--json', 'second'])).stdout).toMatch(/^\{"error":\{"code":"instance-declared"/);
    // Who is not meant by name is not in the way.
    expect((await chat(['hi'])).stdout).toBe('hi');
    await docker('pause', `clawden-${id}-openclaw`);
    expect((await chat(['hi'])).stderr).toContain(`docker unpause clawden-${id}-openclaw`);
    await docker('unpause', `clawden-${id}-openclaw`);
    rmSync(join(place.directory, 'clawden.yaml'));
  });
});

describe('clawden logs', () => {
  it('passes the lines on as they are, or the last ones', async () => {
    const all = await place.type(['logs']);
    expect(all.exitCode).toBe(0);
    expect(JSON.parse(all.stdout.split('\n')[0] ?? '')).toMatchObject({ msg: 'starting openclaw' });
    expect((await place.type(['logs', 'openclaw', '--tail', '1'])).stdout.split('\n')).toHaveLength(1);
    // The engine counts in whole seconds here, and a line may be of this one.
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    expect((await place.type(['logs', '--since', '0s'])).stdout).toBe('');
  });

  it('follows until Ctrl-C', async () => {
    const going = place.begin(['logs', '-f', '--tail', '0']);
    await new Promise((resolve) => setTimeout(resolve, 700));
    await chat(['hi']);
    await until('the new line is there', () => going.printed().includes('turn answered'));
    going.signal('SIGINT');
    expect((await going.done).exitCode).toBe(130);
  });

  it('is for people on a terminal', async () => {
    const typed = await place.onTerminal(['logs', '--tail', '5']);
    expect(typed).toMatch(/\d\d:\d\d:\d\d .*supervisor/);
    expect(typed).not.toContain('{"time"');
  });
});

describe('several instances', () => {
  it('need a name, and keep their own state', async () => {
    expect((await start('--name', 'second')).exitCode).toBe(0);
    const typed = await place.type(['chat']);
    expect(typed.exitCode).toBe(1);
    expect(typed.stderr).toContain('several instances run here: openclaw, second');
    expect((await place.type(['logs', '--tail', '1'])).stdout).toMatch(/^openclaw {2}\| .*\nsecond {4}\| /);
    await chat(['openclaw', 'only here']);
    expect((await chat(['second', '[[history]]'])).stdout).toBe('');
    expect((await place.type(['logs', 'thrid'])).stderr).toContain('there is no instance "thrid"');
    expect((await place.type(['stop', 'second'])).stdout).toContain('second is stopped');
  });
});

describe('clawden stop', () => {
  it('lets the turn in flight be answered first', async () => {
    const turn = chat(['[[delay 1500]] answered']);
    await new Promise((resolve) => setTimeout(resolve, 800));
    const typed = await place.type(['stop']);
    expect(typed).toMatchObject({ exitCode: 0, stdout: '✔ openclaw is stopped' });
    expect(typed.stderr).toContain('openclaw: waiting for turns in flight, at most 17 s');
    expect(await turn).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('answered') });
    expect(await docker('ps', '-q', '--filter', `label=io.clawden.project=${id}`)).toBe('');
    // Its container is there for a look at its log, and for the next start.
    expect((await place.type(['logs', 'openclaw'])).stdout).toContain('stopped as asked');
  });

  it('has nothing to do afterwards, and says so', async () => {
    const typed = await place.type(['stop']);
    expect(typed.exitCode).toBe(0);
    expect(typed.stdout).toContain('Nothing runs in this project');
    expect((await chat(['hi'])).stderr).toContain('nothing runs in this project');
    expect((await chat(['openclaw', 'hi'])).stderr).toContain('openclaw does not run (it ended with code 0)');
  });

  it('keeps the memory for the next start', async () => {
    await start();
    expect((await chat(['[[history]]'])).stdout).toContain('only here');
  });

  it('--kill does not wait', async () => {
    const turn = chat(['[[delay 20000]] never']);
    await new Promise((resolve) => setTimeout(resolve, 800));
    const begun = Date.now();
    expect((await place.type(['stop', '--kill'])).stdout).toBe('✔ openclaw is killed');
    expect(Date.now() - begun).toBeLessThan(8000);
    expect((await turn).exitCode).toBe(1);
  });

  it('tells of an instance that has ended by itself', async () => {
    await start();
    await docker('kill', `clawden-${id}-openclaw`);
    const typed = await chat(['openclaw', 'hi']);
    expect(typed.exitCode).toBe(1);
    expect(typed.stderr).toContain('openclaw does not run (it ended with code 137)');
    const inside = await place.type(['exec', 'openclaw']);
    expect(inside.stderr).toMatch(/openclaw does not run .*\n {2}→ .*or start it again: .*run openclaw -d/);
    expect((await place.type(['stop', 'openclaw'])).stdout).toContain('had ended already with code 137');
  });
});
