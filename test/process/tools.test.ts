import { chmodSync, copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { createMask } from '../../supervisor/process/mask.ts';
import { loadNative } from '../../supervisor/process/native.ts';
import { startReaper } from '../../supervisor/process/reaper.ts';
import { runSetup } from '../../supervisor/tools/setup.ts';
import { base, exportsOf, named, reserved, type Stage, stage } from './tools-stage.ts';

let place: Stage;
let stopReaper: () => void;
beforeAll(() => {
  place = stage();
  // Also makes this process the one that orphans come to, as PID 1 is in a container.
  const reaper = startReaper({ native: loadNative() });
  stopReaper = () => reaper.stop();
});
afterAll(() => {
  place[Symbol.dispose]();
  stopReaper();
});

/** `sleep` under a name of its own, so that a test counts only what it started itself. */
function sleeper(word: string): string {
  const program = join(place.path, nameOf(word));
  copyFileSync('/bin/sleep', program);
  chmodSync(program, 0o755);
  return program;
}

/** Of this run only: what an earlier one left behind after a failure must not count. */
function nameOf(word: string): string {
  return `${word}-${process.pid}`.slice(0, 15);
}

describe('what a setup exports', () => {
  test('is what it changed, byte for byte, and nothing else', async () => {
    const setup = `
      export PLAIN=1 EMPTY= SPACES='  two  words ' LINES=$'one\\ntwo\\n' EQUALS='a=b=c' UMLAUT='ä€😀'
      not_exported=x
      export LANG=de_DE.UTF-8 GONE=1; unset GONE
      declare -x DECLARED
      echo "FAKE=1"; printf 'FAKE=2\\0\\0'
      f() { :; }; export -f f
      cd /; export PATH=$PATH`;
    expect(exportsOf(await place.run(place.tool('values', setup)))).toEqual({
      PLAIN: '1',
      EMPTY: '',
      SPACES: '  two  words ',
      LINES: 'one\ntwo\n',
      EQUALS: 'a=b=c',
      UMLAUT: 'ä€😀',
      LANG: 'de_DE.UTF-8',
    });
  });

  test.each([
    ['at its end', 'export A=1'],
    ['by return', 'export A=1; return 0; export A=2'],
    ['by exit', 'export A=1; exit 0; export A=2'],
    ['with errexit, nounset and a trap of its own', "set -euo pipefail; export A=1; trap 'echo bye' EXIT"],
    ['with tracing on', 'set -x; export A=1'],
    ['with another IFS and no PATH', 'export A=1; IFS=A; unset PATH'],
  ])('is known when it ends %s', async (_how, setup) => {
    expect(exportsOf(await place.run(place.tool('ends', setup)))).toMatchObject({ A: '1' });
  });

  test('is not traced with its values by a script that traces', async () => {
    const { lines } = await place.run(place.tool('traces', 'set -x; export A=1'));
    expect(lines).toEqual(['++ export A=1', '++ A=1']);
  });

  test('reaches the next tool, where it can be changed again', async () => {
    const first = exportsOf(await place.run(place.tool('first', 'export A=1 B=1')));
    const environment = { ...base, ...first };
    const second = place.tool('second', 'echo "$A$B"; export B=2');
    const ran = await place.run(second, { environment });
    expect(ran.lines).toEqual(['11']);
    expect(exportsOf(ran)).toEqual({ B: '2' });
  });

  test('never takes over the loader, Node, bash, our own names or keys; it is said by name', async () => {
    const names = ['LD_PRELOAD', 'LD_LIBRARY_PATH', 'NODE_OPTIONS', 'NODE_PATH', 'BASH_ENV', 'ENV', 'HOME'];
    const more = ['CLAWDEN_TOKEN', 'MODEL_API_KEY', 'PROMPT_COMMAND', 'GLIBC_TUNABLES', 'TOOLS'];
    const setup = `export ${[...names, ...more].map((name) => `${name}=/evil`).join(' ')} NODE_EXTRA_CA_CERTS=/ca GOOD=1`;
    const ran = await place.run(place.tool('greedy', setup));
    expect(exportsOf(ran)).toEqual({ NODE_EXTRA_CA_CERTS: '/ca', GOOD: '1' });
    expect(ran.kind === 'done' && [...ran.exports.refused].sort()).toEqual([...names, ...more].sort());
  });

  test('of PATH is what it adds, behind what is there', async () => {
    const setup = 'export PATH=/evil:.:relative:/usr/bin:/evil';
    expect(exportsOf(await place.run(place.tool('path', setup)))).toEqual({ PATH: `${base.PATH}:/evil` });
    expect(exportsOf(await place.run(place.tool('path', 'export PATH=/bin')))).toEqual({});
  });
});

describe('variables that the manifest names', () => {
  test('are seen by the script, not by what it starts, and not exported unless it says so', async () => {
    const setup = `printf '%s\\n' "$SOME_TOKEN" | tr a-z A-Z; env | grep -c TOKEN; export OTHER; true`;
    const variables = { SOME_TOKEN: 'a\nb', OTHER: 'o' };
    const ran = await place.run(place.tool('sees', setup), { variables });
    expect(ran.lines).toEqual(['A', 'B', '0']);
    expect(exportsOf(ran)).toEqual({ OTHER: 'o' });
  });

  test('are masked in what it prints', async () => {
    const lines: string[] = [];
    const tool = place.tool('prints', 'echo "the token is $SOME_TOKEN"');
    const input = {
      tool,
      run: place.path,
      reserved,
      environment: base,
      variables: { SOME_TOKEN: 'canary-1234' },
    };
    await runSetup(input, { line: (text) => lines.push(text), filter: createMask(['canary-1234']).stream });
    expect(lines).toEqual(['the token is ***']);
  });
});

describe('a setup', () => {
  test('has a session of its own, no terminal, no input, a private umask and no core dumps', async () => {
    const setup = `
      read -r _ _ _ _ group session tty _ </proc/$$/stat
      [ $$ = $group ] && [ $$ = $session ] && echo "tty $tty"
      umask; ulimit -c; cat; ls -m /proc/$$/fd`;
    const { lines } = await place.run(place.tool('alone', setup));
    // 4 is where it tells its environment; one high number is bash's own.
    expect(lines).toEqual(['tty 0', '0077', '0', expect.stringMatching(/^0, 1, 2, (25\d, )?4$/)]);
  });

  test.each([
    ['that ends with a code', 'echo last words; exit 7', 'ended with exit code 7'],
    ['that returns one', 'echo last words; return 8', 'ended with exit code 8'],
    ['whose last command fails', 'echo last words; false', 'ended with exit code 1'],
    ['stopped by errexit', 'set -e; echo last words; false; true', 'ended with exit code 1'],
    ['that calls what is not there', 'echo last words; no-such-program', 'ended with exit code 127'],
    ['with wrong syntax', 'echo last words\nif', 'ended with exit code 2'],
    ['that kills itself', 'echo last words; kill -9 $$', 'was ended by SIGKILL'],
    ['that becomes another program', 'echo last words; exec true', 'stopped before its end'],
    ['that closes descriptor 4', 'echo last words; exec 4>&-', 'stopped before its end'],
    [
      'that writes to descriptor 4',
      'echo last words; echo hello >&4',
      'wrote to descriptor 4, which is the super',
    ],
    ['that writes noise to it', 'echo last words; head -c 3000 /dev/urandom >&4', 'wrote to descriptor 4'],
    [
      'that floods it',
      'echo last words; head -c 3000000 /dev/zero >&4; true',
      'exports more than the kernel',
    ],
    [
      'with a huge variable',
      'echo last words; printf -v A "%200000s" x; export A',
      'exports more than the kernel',
    ],
    [
      'with many',
      'echo last words; for i in {1..40}; do printf -v "A$i" "%9000s" x; export "A$i"; done',
      'exports more',
    ],
  ])('%s fails, with its last words', async (_what, setup, how) => {
    const ran = await place.run(place.tool('fails', setup));
    expect(ran).toMatchObject({ kind: 'failed', how: expect.stringContaining(how) });
    expect(ran.kind === 'failed' && ran.lastLines[0]).toBe('last words');
  });

  test('may not lack a program that its manifest names; a folder it adds to PATH counts', async () => {
    const manifest = { commands: ['bash', 'own-program'] };
    expect(await place.run(place.tool('lacks', 'true', manifest))).toMatchObject({
      kind: 'missing',
      command: 'own-program',
    });
    place.write('bin/own-program', '#!/bin/sh');
    chmodSync(join(place.path, 'bin/own-program'), 0o755);
    const adds = place.tool('lacks', `export PATH=$PATH:${place.path}/bin`, manifest);
    expect(exportsOf(await place.run(adds))).toHaveProperty('PATH');
  });

  test('may print 100 MB: a thousand lines are kept, the rest is counted', async () => {
    const flood = 'head -c 100000000 /dev/zero | tr "\\0" x; echo; yes hello | head -n 5000; export A=1';
    const ran = await place.run(place.tool('floods', flood));
    expect(exportsOf(ran)).toEqual({ A: '1' });
    expect(ran.lines).toHaveLength(1001);
    expect(ran.lines.at(-1)).toMatch(/^\(\d+ more lines of its setup are not shown\)$/);
    expect(Math.max(...ran.lines.map((line) => line.length))).toBeLessThanOrEqual(4096);
  });
});

describe('what a setup leaves running is ended', () => {
  it.each([
    ['in its own group', (program: string) => `${program} 600 & sleep 0.2`],
    ['in a session of its own', (program: string) => `setsid ${program} 600 & sleep 0.2`],
    ['as a daemon', (program: string) => `(setsid bash -c "(setsid ${program} 600 &)" &); sleep 0.2`],
    ['as one that is deaf to TERM', (program: string) => `(trap '' TERM; exec ${program} 600) & sleep 0.1`],
    ['stopped', (program: string) => `${program} 600 & sleep 0.2; kill -STOP $!`],
  ])('%s', async (_how, script) => {
    const ran = await place.run(place.tool('leaves', `${script(sleeper('left'))}\nexport A=1`));
    expect(exportsOf(ran)).toEqual({ A: '1' });
    expect(ran.kind === 'done' && ran.leftovers).toEqual([
      expect.stringMatching(/^left-\d+\(\d+\):(term|kill)$/),
    ]);
    expect(named(nameOf('left'))).toBe(0);
  });

  it('also when it was stopped in the moment of its birth', async () => {
    const program = sleeper('newborn');
    for (let round = 0; round < 10; round += 1) {
      const ran = await place.run(place.tool('stops', `${program} 600 & kill -STOP $!; export A=${round}`));
      expect(exportsOf(ran)).toEqual({ A: String(round) });
    }
    expect(named(nameOf('newborn'))).toBe(0);
  });

  it('when it hangs itself, deaf to TERM, with children and daemons: its time is over and all of them are', async () => {
    const program = sleeper('hanger');
    const setup = `trap '' TERM; (setsid ${program} 600 &); ${program} 600 & echo waiting; ${program} 600; ${program} 600`;
    const ran = await place.run(place.tool('hangs', setup, { seconds: 1 }));
    expect(ran).toMatchObject({ kind: 'failed', how: 'did not end within 1 s', lastLines: ['waiting'] });
    expect(named(nameOf('hanger'))).toBe(0);
  });

  it('but not what another child of ours started meanwhile', async () => {
    const { start } = await import('../../supervisor/process/spawn.ts');
    const program = sleeper('bystand');
    const service = start({
      argv: ['/bin/bash', '-c', `sleep 0.3; (${program} 600 &); exec ${program} 600`],
      env: base,
      cwd: '/',
      onLine: () => {},
    });
    await place.run(place.tool('meanwhile', 'sleep 0.8'));
    expect(named(nameOf('bystand'))).toBe(2);
    service.signalGroup('SIGKILL');
    await service.exited;
  });
});
