import { constants } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hardening, startContainer } from '../helpers/container.ts';
import { docker, image, until } from '../helpers/docker.ts';
import { runOnce } from '../helpers/run-once.ts';
import { type Bench, bashAsRuntime, openBench, supervisorLine } from '../helpers/shell-twin.ts';

const hardened = [...hardening, ...bashAsRuntime];
const once = `${supervisorLine} openclaw --`;

let bench: Bench;
beforeAll(async () => {
  bench = await openBench(hardening);
});
afterAll(() => bench?.[Symbol.asyncDispose]());

describe('a program that runs once', () => {
  it('gives its exit code to the container, as it is', async () => {
    const codes = [0, 1, 42, 64, 70, 78, 126, 127, 137, 255];
    const loop = `for code in ${codes.join(' ')}; do ${once} -c "exit $code" 2>/dev/null; echo $?; done`;
    expect((await bench.script(loop)).stdout.split('\n').map(Number)).toEqual(codes);
  });

  it('killed by signal n is told as 128+n', async () => {
    // perl, since node leaves some of them ignored to the bash that it becomes.
    const names = ['INT', 'ABRT', 'KILL', 'SEGV', 'TERM'];
    const die = `exec perl -e '$SIG{$ARGV[0]} = "DEFAULT"; kill $ARGV[0], $$; sleep 9'`;
    const loop = `for name in ${names.join(' ')}; do ${once} -c "${die.replaceAll('$', '\\$').replaceAll('"', '\\"')} $name" 2>/dev/null; echo $?; done`;
    const numbers = names.map((name) => 128 + constants.signals[`SIG${name}` as NodeJS.Signals]);
    expect((await bench.script(loop)).stdout.split('\n').map(Number)).toEqual(numbers);
  });

  it('has stdout for itself, a model behind the door, and nobody at the public port', async () => {
    const ask = `
      const config = JSON.parse(require('node:fs').readFileSync(process.env.OPENCLAW_CONFIG_PATH, 'utf8'));
      const { baseUrl, models } = config.models.providers.clawden;
      fetch(baseUrl + '/chat/completions', {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: 'Bearer ' + process.env.CLAWDEN_MODEL_KEY },
        body: JSON.stringify({ model: models[0].id, messages: [{ role: 'user', content: 'through the door' }] }),
      }).then(async (answer) => console.log((await answer.json()).choices[0].message.content));`;
    const port = '(exec 3<>/dev/tcp/127.0.0.1/18789) 2>/dev/null && echo taken || echo free';
    const script = `echo one; echo two >&2; node -e "$1"; ${port}`;
    const { code, stdout, stderr } = await runOnce(['openclaw', '--', '-c', script, 'bash', ask], hardened);
    expect(code).toBe(0);
    expect(stdout.split('\n')).toEqual(['one', expect.stringContaining('through the door'), 'free']);
    const [warning, ...rest] = stderr.split('\n');
    expect(JSON.parse(warning ?? '')).toMatchObject({ level: 'warn', msg: expect.stringContaining('echo') });
    expect(rest).toEqual(['two']);
  });

  it('never starts when the boot fails, whose code and words stay as they are', async () => {
    const words = ['openclaw', '--', '-c', 'echo never'];
    const found = await runOnce(words, [...hardened, '-e', 'CLAWDEN_PROVIDER=antropic']);
    expect([found.code, found.stdout]).toEqual([78, '']);
    expect(found.stderr).toContain('did you mean "anthropic"?');
  });

  it('takes what it leaves behind along', async () => {
    const sleeping = 'cat /proc/[0-9]*/stat | grep -c "(sleep) [^Z]"';
    const program = `(setsid sleep 1000 &) ; (sleep 1000 &) ; until [ $(${sleeping}) = 3 ]; do :; done; exit 5`;
    const { stdout, stderr } = await bench.script(`${once} -c '${program}'; echo $?; ${sleeping}`);
    // The one is the bench's own; zombies go with the next look of its PID 1.
    expect(stdout.split('\n')).toEqual(['5', '1']);
    expect(stderr).toMatch(/left behind.*sleep\(\d+\):term sleep\(\d+\):term/);
  });
});

describe('standard streams that are not there', () => {
  it.each([
    ['stdin from a pipe, to its end', `echo piped | ${once} -c 'cat; exit 4'; echo $?`, 'piped\n4'],
    ['stdin that is closed', `${once} -c 'cat; exit 4' <&-; echo $?`, '4'],
    ['stdin at its end', `${once} -c 'read; echo $?; exit 4' </dev/null; echo $?`, '1\n4'],
    ['stdout that is closed', `${once} -c 'echo lost; exit 4' >&-; echo $?`, '4'],
    ['stderr that is closed', `${once} -c 'echo kept; echo lost >&2; exit 4' 2>&-; echo $?`, 'kept\n4'],
    ['all three closed', `${once} -c 'echo lost; exit 4' <&- >&- 2>&-; echo $?`, '4'],
    // perl: bash inherits from the node it was that SIGPIPE is ignored.
    [
      'stdout whose reader goes away',
      `${once} -c 'exec perl -e "\\$SIG{PIPE} = q(DEFAULT); print qq(\\$_\\n) for 1..1e6"' | head -1; echo $\{PIPESTATUS[0]}`,
      '1\n141',
    ],
    [
      'stderr whose reader is gone before the first word',
      `exec 3>&1; { sleep 0.2; ${once} -c 'exit 4'; echo $? >&3; } 2>&1 >/dev/null | true`,
      '4',
    ],
  ])('%s: what happens is the program’s affair', async (_what, script, shown) => {
    expect((await bench.script(script)).stdout).toBe(shown);
  });
});

describe('signals to a program that runs once', () => {
  const traps = (names: readonly string[]): string => names.map((n) => `trap 'echo ${n}' ${n}`).join('; ');
  const wait = 'sleep 1000 & while :; do wait; done';

  it('reach it once each, as often as they are sent, and docker stop ends it with its own code', async () => {
    const sent = ['HUP', 'INT', 'QUIT', 'USR2', 'ALRM', 'WINCH', 'CONT', 'INT'];
    const script = `${traps(sent)}; trap 'echo TERM; exit 42' TERM; echo ready; ${wait}`;
    await using container = await startContainer({
      args: ['openclaw', '--', '-c', script],
      run: bashAsRuntime,
    });
    const heard = async (): Promise<string[]> =>
      (await docker(['logs', container.id])).stdout.split('\n').filter(Boolean);
    const hears = (count: number): Promise<true> =>
      until(`line ${count}`, async () => ((await heard()).length >= count ? true : undefined), 20_000);
    await hears(1);
    // node keeps this one blocked for the sake of its inspector.
    await docker(['kill', '-s', 'USR1', container.id]);
    for (const [index, name] of sent.entries()) {
      await docker(['kill', '-s', name, container.id]);
      await hears(index + 2);
    }
    expect(await container.stop()).toBe(42);
    expect(await heard()).toEqual(['ready', ...sent, 'TERM']);
  });

  it('end it where it does not answer them: docker stop gives 143', async () => {
    await using container = await startContainer({
      args: ['openclaw', '--', '-c', 'echo ready; exec sleep 1000'],
      run: bashAsRuntime,
    });
    await until('its start', async () => (await container.logs()).includes('ready') || undefined);
    expect(await container.stop()).toBe(143);
  });

  it('end the boot before it, and no script takes that for a success', async () => {
    await using container = await startContainer({
      twin: { validateDelay: 60_000 },
      args: ['openclaw', '--', 'exit-0'],
    });
    const validator = ['sh', '-c', 'grep -l "[v]alidate" /proc/[0-9]*/cmdline'];
    await until('the validator', async () => (await container.exec(validator)).stdout !== '' || undefined);
    expect(await container.stop()).toBe(143);
    expect((await docker(['logs', container.id])).stdout).toBe('');
  });

  it('are heard by a supervisor that was started with all of them ignored and blocked', async () => {
    const start = `use POSIX; $SIG{$_} = "IGNORE" for qw(HUP INT QUIT TERM USR2);
      my $all = POSIX::SigSet->new; $all->fillset; sigprocmask(SIG_BLOCK, $all); exec @ARGV;`;
    const words = ['run', '-d', '--label', 'io.clawden.test=1', ...hardened, '--entrypoint', 'perl', image];
    const script = `${traps(['HUP'])}; trap 'exit 42' TERM; echo ready; ${wait}`;
    const started = await docker([...words, '-e', start, ...once.split(' '), '-c', script]);
    const id = started.stdout.trim();
    try {
      await until('ready', async () => (await docker(['logs', id])).stdout.includes('ready') || undefined);
      await docker(['kill', '-s', 'HUP', id]);
      await until('HUP', async () => (await docker(['logs', id])).stdout.includes('HUP') || undefined);
      await docker(['stop', '-t', '20', id]);
      expect((await docker(['inspect', '-f', '{{.State.ExitCode}}', id])).stdout.trim()).toBe('42');
    } finally {
      await docker(['rm', '-f', '-v', id]);
    }
  });
});
