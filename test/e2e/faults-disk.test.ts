import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { words } from '../../supervisor/relay/channels/words.ts';
import { botVariables, channelOf, startBot } from '../helpers/bot.ts';
import { startContainer, type TestContainer } from '../helpers/container.ts';
import { docker, scratch as temporary, until } from '../helpers/docker.ts';
import { killRelay } from '../helpers/inside.ts';
import { metricValue } from '../helpers/prometheus.ts';
import { runOnce } from '../helpers/run-once.ts';

const state = '/home/clawden/state';
const scratch = (run: string, tmp: string): string[] => [
  '--read-only',
  ...['--tmpfs', `/run/clawden:mode=1777,size=${run}`, '--tmpfs', `/tmp:mode=1777,size=${tmp}`],
];
// exec: the engine mounts a tmpfs noexec, and the runtime gets its secrets by a script in there.
const smallState = ['--tmpfs', `${state}:exec,size=48m,mode=1777`];

async function fill(container: TestContainer, path: string): Promise<void> {
  const { all } = await container.exec(['dd', 'if=/dev/zero', `of=${path}/rubbish`, 'bs=64k']);
  expect(all).toContain('No space left');
}

/** What the container's end says to a person, and to the engine. */
async function endOf(container: TestContainer): Promise<{ readonly code: number; readonly logs: string }> {
  await container.signal(await container.runtimePid(), 'KILL');
  const code = await container.exitCode();
  return { code, logs: await container.logs() };
}

describe('scratch space', () => {
  it('that is too small is refused with 73, both places at once, with the flags to type', async () => {
    const { code, stderr } = await runOnce(['openclaw'], scratch('512k', '4m'));
    expect(code).toBe(73);
    expect(stderr).toContain('/run/clawden has 0 MB free, 1 MB are needed');
    expect(stderr).toContain('/tmp has 4 MB free, 8 MB are needed');
    expect(stderr).toContain('docker run --tmpfs /run/clawden:mode=1777,size=64m …');
  });

  it('that fills up while the runtime lives ends the next restart with 73 and no crash loop', async () => {
    await using container = await startContainer({ twin: {}, hardened: false, run: scratch('4m', '16m') });
    await container.ready();
    await fill(container, '/run/clawden');
    const { code, logs } = await endOf(container);
    expect(code).toBe(73);
    expect(logs).toContain('docker run --tmpfs /run/clawden:mode=1777,size=64m …');
    expect(logs.match(/"starting the runtime"/g)).toHaveLength(1);
    expect(logs).not.toContain('a fault of the supervisor');
  });
});

describe('a disk that fills up while the runtime lives', () => {
  it('is warned of where we need not write, and ends the next restart with 73 where we must', async () => {
    const run = [...scratch('16m', '16m'), ...smallState];
    await using container = await startContainer({ twin: {}, hardened: false, run });
    await container.ready();
    await fill(container, '/tmp');
    await container.signal(await container.runtimePid(), 'KILL');
    await until('a restart', async () =>
      (await container.health()).runtime?.restarts === 1 ? true : undefined,
    );
    await container.ready();
    expect(await container.logs()).toContain('"msg":"/tmp has 0 MB free');

    await fill(container, state);
    expect((await container.health()).status).toBe('ready');
    const { code, logs } = await endOf(container);
    expect(code).toBe(73);
    expect(logs).toContain(`${state} has 0 MB free, 1 MB are needed`);
    expect(logs).toContain('-xah --threshold=1M /volume');
    // The second death has no post-mortem, and its line says so.
    expect(logs.match(/"postMortem":"/g)).toHaveLength(1);
    expect(logs.match(/"postMortem":null/g)).toHaveLength(1);
    expect(logs.match(/"starting the runtime"/g)).toHaveLength(2);
  });
});

describe('a disk that fills up while people write on a relayed channel', () => {
  it('is said to them and in /ready, and costs no message, also when the relay is killed meanwhile', async () => {
    const telegram = await startBot();
    onTestFinished(() => telegram.close());
    const from = 4242;
    using folder = temporary();
    const yaml = join(folder.path, 'clawden.yaml');
    const channel = `{ token: $TELEGRAM_BOT_TOKEN, relay: true, allow_from: [${from}] }`;
    writeFileSync(yaml, `runtime: openclaw\nchannels:\n  telegram: ${channel}\n`);
    const run = [...scratch('16m', '16m'), ...smallState, '-v', `${yaml}:/etc/clawden/clawden.yaml:ro`];
    await using container = await startContainer({
      ...{ twin: {}, hardened: false, run, env: botVariables(telegram) },
    });
    await container.ready();
    const texts = (): string[] => telegram.sent().map(({ text }) => text);
    const arrived = (count: number): Promise<true> =>
      until(`${count} messages`, () => texts().length >= count || undefined);
    const reason = (is: string | null): Promise<true> =>
      until(`the reason ${is}`, async () => (await channelOf(container)).reason === is || undefined);

    const { update_id } = telegram.inject({ from, text: '[[delay 2500]] in flight' });
    await until('its message kept', () => (telegram.pollLog().at(-1)?.offset ?? 0) > update_id);
    await fill(container, state);
    telegram.inject({ from, text: 'while it is full' });
    await arrived(2);
    // The disk is needed for what was asked, not for an answer that is there.
    expect(texts()).toEqual([words.unwritable, 'in flight']);
    await reason('disk-full');
    const metrics = await (await container.get('/metrics')).text();
    const labels = { type: 'telegram', reason: 'disk-full' };
    expect(metricValue(metrics, 'clawden_channels_not_up', labels)).toBe(1);
    expect((await container.get('/ready?channels=1')).status).toBe(503);
    expect((await container.get('/ready')).status).toBe(200);

    expect(await killRelay(container.id)).toBeGreaterThan(0);
    await arrived(3);
    expect((await container.exec(['rm', `${state}/rubbish`])).code).toBe(0);
    await arrived(5);
    await reason(null);
    expect(texts().slice(2)).toEqual([
      words.unwritable,
      `${words.askedAgain}\n\nin flight`,
      'while it is full',
    ]);
  });
});

describe('a state volume that becomes read-only while the runtime lives', () => {
  it('ends the next restart with 73 and the reason, not with a crash loop', async () => {
    await using container = await startContainer({ twin: {} });
    await container.ready();
    const reason = await makeReadOnly(container);
    expect((await container.health()).status).toBe('ready');
    const { code, logs } = await endOf(container);
    expect(code).toBe(73);
    expect(logs).toContain(`${state} is not writable for 10000:10000 (${reason})`);
    expect(logs).toContain('it was writable when the container started');
    expect(logs).toContain('"postMortem":null');
    expect(logs.match(/"starting the runtime"/g)).toHaveLength(1);
  });
});

/** As the kernel does after an error of the disk. Where this machine may not, its owner takes the right away. */
async function makeReadOnly(container: TestContainer): Promise<'EROFS' | 'EACCES'> {
  const pid = (await docker(['inspect', '-f', '{{.State.Pid}}', container.id])).stdout.trim();
  try {
    const words = ['-t', pid, '-m', 'mount', '-o', 'remount,bind,ro', state];
    execFileSync('nsenter', words, { stdio: 'ignore' });
    return 'EROFS';
  } catch {
    const script = `chmod 0500 ${state} ${state}/.clawden ${state}/.clawden/*`;
    expect((await container.exec(['sh', '-c', script])).code).toBe(0);
    return 'EACCES';
  }
}
