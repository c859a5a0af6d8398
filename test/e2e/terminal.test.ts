import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { hardening } from '../helpers/container.ts';
import { docker, image } from '../helpers/docker.ts';
import { bashAsRuntime } from '../helpers/shell-twin.ts';
import { ctrl, hasTerminals, openTerminal, type Terminal } from '../helpers/terminal.ts';

interface Session extends Terminal {
  readonly container: string;
}

/** `docker run -it IMAGE openclaw -- WORDS`, typed at a terminal of 31 lines and 97 columns. */
function typed(...words: string[]): Session {
  const container = `clawden-test-${randomUUID().slice(0, 8)}`;
  const run = ['run', '--rm', '-it', '--name', container, '--label', 'io.clawden.test=1', ...hardening];
  const argv = ['docker', ...run, '-e', 'PS1=> ', ...bashAsRuntime, image, 'openclaw', '--', ...words];
  return { container, ...openTerminal(argv, 31, 97) };
}

function count(screen: string, what: string): number {
  return screen.split(what).length - 1;
}

// The sums below keep what bash prints apart from what the terminal echoes of our typing.
describe.skipIf(!hasTerminals())('docker run -it, with a shell in the program’s place', () => {
  it('has job control: Ctrl-C and Ctrl-Z reach only the job in front, fg brings it back, exit 9 is 9', async () => {
    using terminal = typed('--norc', '--noprofile', '-i');
    await terminal.shows('$ ');
    terminal.type(`until [ "$(stty size)" = "31 97" ]; do sleep 0.1; done; echo sized-$((1+1))\n`);
    await terminal.shows('sized-2');
    terminal.type('set -o | grep monitor; stty size; echo $TERM; sleep 1000 & echo up-$((40+2))\n');
    await terminal.shows('up-42');
    expect(terminal.screen()).toMatch(/monitor\s+on\r\n31 97\r\nxterm\r\n/);
    expect(terminal.screen()).not.toContain('no job control');

    terminal.type(
      `bash -c 'trap "echo caught-\\$((4+5))" INT; sleep 1.5 & echo job-$((1+1)); wait; wait; echo over-$((2+2))'\n`,
    );
    await terminal.shows('job-2');
    terminal.type(ctrl.c);
    await terminal.shows('over-4');
    expect(count(terminal.screen(), 'caught-9')).toBe(1);

    const woken = 'trap "echo awake-\\$((3+4))" CONT';
    terminal.type(`bash -c '${woken}; echo front-$((2+3)); while :; do sleep 0.1; done'\n`);
    await terminal.shows('front-5');
    terminal.type(ctrl.z);
    await terminal.shows(/\[2\]\+ +Stopped/);
    terminal.type('fg\n');
    await terminal.shows('awake-7');
    terminal.type(ctrl.c);
    await terminal.shows('$ ');
    terminal.type('jobs; echo after-$((5+5))\n');
    await terminal.shows(/\[1\]\+? +Running/);
    await terminal.shows('after-10');

    const sized = 'trap "echo size-\\$((6+5)) \\$(stty size); exit" WINCH';
    terminal.type(`bash -c '${sized}; echo watch-$((6+6)); while :; do sleep 0.1; done'\n`);
    await terminal.shows('watch-12');
    terminal.resize(40, 120);
    await terminal.shows('size-11 40 120');
    terminal.type('exit 9\n');
    expect(await terminal.ended).toBe(9);
  });

  it('hands each key once to a program without job control, and docker stop once', async () => {
    const traps = ['INT', 'QUIT', 'TSTP', 'WINCH'].map((name) => `trap 'echo got ${name}' ${name}`).join(';');
    const sized = 'until [ "$(stty size)" = "31 97" ]; do sleep 0.1; done';
    const loop = 'echo ready; sleep 1000 & while :; do wait; done';
    using terminal = typed('-c', `${sized}; ${traps}; trap 'echo got TERM; exit 6' TERM; ${loop}`);
    await terminal.shows('ready');
    const sizes = count(terminal.screen(), 'got WINCH');
    terminal.type(ctrl.c);
    await terminal.shows('got INT');
    terminal.type(ctrl.backslash);
    await terminal.shows('got QUIT');
    terminal.type(ctrl.z);
    await terminal.shows('got TSTP');
    terminal.resize(10, 20);
    await terminal.shows('got WINCH');
    await docker(['stop', '-t', '30', terminal.container]);
    expect(await terminal.ended).toBe(6);
    const heard = ['INT', 'QUIT', 'TSTP', 'TERM'].map((name) => count(terminal.screen(), `got ${name}`));
    expect(heard).toEqual([1, 1, 1, 1]);
    expect(count(terminal.screen(), 'got WINCH')).toBe(sizes + 1);
  });

  it('ends with 130 on Ctrl-C, and Ctrl-Z does not freeze a program that nobody could wake', async () => {
    using terminal = typed('-c', 'echo ready; read line; echo "read $line"; exec sleep 1000');
    await terminal.shows('ready');
    terminal.type(ctrl.z);
    terminal.type('a word\n');
    await terminal.shows('read a word');
    terminal.type(ctrl.c);
    expect(await terminal.ended).toBe(130);
  });
});
