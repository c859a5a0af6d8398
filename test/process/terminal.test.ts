import { execFileSync, spawn } from 'node:child_process';
import { beforeAll, expect, test } from 'vitest';
import { bundle } from './fixtures/build.ts';

let driver: string;
beforeAll(() => {
  driver = bundle('terminal-driver.ts');
});

test.skipIf(!hasScript())(
  'on a terminal bash has job control, Ctrl-C ends only its foreground job, and its exit code is ours',
  async () => {
    const command = `exec ${process.execPath} ${driver} /bin/bash --norc --noprofile -i`;
    // script(1) gives its command a terminal of its own, and passes our keys on; exec: a shell between would die of Ctrl-C
    const child = spawn('script', ['-qec', command, '/dev/null'], { stdio: ['pipe', 'pipe', 'inherit'] });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    let shown = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      shown += text;
    });
    const seen = async (what: string): Promise<void> => {
      for (let waited = 0; !shown.includes(what); waited += 20) {
        if (waited > 10_000) throw new Error(`"${what}" never came; the terminal shows:\n${shown}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };
    await seen('ready> ');
    child.stdin.write('set -o | grep monitor; sleep 50 & jobs; echo up-$((40+2))\n');
    await seen('up-42');
    expect(shown).toMatch(/monitor\s+on/);
    expect(shown).not.toContain('no job control');
    child.stdin.write('echo sleeping-$((1+1)); sleep 60\n');
    await seen('sleeping-2');
    await new Promise((resolve) => setTimeout(resolve, 200));
    child.stdin.write('\x03');
    child.stdin.write('echo after-$((2+3)); kill %1; exit 9\n');
    await seen('after-5');
    const code = await ended;
    await seen('child ended with 9');
    expect(shown).toContain('terminal true, supervisor lives');
    expect(code).toBe(9);
  },
);

test.skipIf(!hasScript())('Ctrl-C reaches a program in our own group, and we outlive it', async () => {
  const trap = `trap 'echo caught-$((1+1)); exit 9' INT; echo wait-$((3+4)); sleep 60 & wait`;
  const command = `exec ${process.execPath} ${driver} /bin/sh -c "${trap.replaceAll('$', '\\$')}"`;
  const child = spawn('script', ['-qec', command, '/dev/null'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  let shown = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (!shown.includes('wait-7') && (shown + text).includes('wait-7')) {
      setTimeout(() => child.stdin.write('\x03'), 100);
    }
    shown += text;
  });
  expect(await ended, shown).toBe(9);
  expect(shown).toContain('caught-2');
  expect(shown).toContain('terminal true, supervisor lives, child ended with 9');
});

test('without a terminal there is no foreground', () => {
  const shown = execFileSync(process.execPath, [driver, '/bin/echo', 'hello'], {
    input: '',
    encoding: 'utf8',
  });
  expect(shown).toBe('hello\nterminal false, supervisor lives, child ended with 0\n');
});

function hasScript(): boolean {
  try {
    return execFileSync('script', ['--version'], { encoding: 'utf8' }).includes('util-linux');
  } catch {
    return false;
  }
}
