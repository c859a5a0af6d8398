import { afterAll, describe, expect, it } from 'vitest';
import { hardening } from '../helpers/container.ts';
import { docker, image } from '../helpers/docker.ts';
import { runOnce } from '../helpers/run-once.ts';
import { ctrl, hasTerminals, openTerminal } from '../helpers/terminal.ts';

// One state for all: what OpenClaw's validator passed it need not be asked again.
const volume = `clawden-test-once-${process.pid}`;
const run = [...hardening, '-v', `${volume}:/home/clawden/state`];
afterAll(async () => void (await docker(['volume', 'rm', volume])));

describe('OpenClaw’s own commands, run once', () => {
  it('print their version', async () => {
    const { code, stdout } = await runOnce(['openclaw', '--', '--version'], run, 120_000);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^OpenClaw \d+\.\d+\.\d+ \(\w+\)$/)]);
  });

  it('list the channels in words for people, not as a log', async () => {
    const { code, stdout, stderr } = await runOnce(['openclaw', '--', 'channels', 'list'], run, 120_000);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Chat channels:$/m);
    expect(stdout).not.toContain('{"');
    // The supervisor's one word: there is no provider.
    expect(stderr.split('\n')).toHaveLength(1);
  });

  it.skipIf(!hasTerminals())('ask on a terminal, and a Ctrl-C cancels them with their own code', async () => {
    const words = ['docker', 'run', '--rm', '-it', '--label', 'io.clawden.test=1', ...run, image];
    using terminal = openTerminal([...words, 'openclaw', '--', 'configure'], 40, 100);
    await terminal.shows('Where will the Gateway run?', 120_000);
    await terminal.shows('to navigate');
    terminal.type(ctrl.c);
    expect(await terminal.ended).toBe(1);
    expect(terminal.screen()).toContain('Setup cancelled.');
  });
});
