import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hardening, startContainer, type TestContainer } from '../helpers/container.ts';
import { docker, image, until } from '../helpers/docker.ts';
import { shellTwin } from '../process/fixtures/build.ts';

const [, script = ''] = shellTwin();
const mount = ['-v', `${script}:/opt/clawden/twin.sh:ro`];

/** "NAME SIGNAL" in the order of arrival. */
function heard(container: TestContainer): string[] {
  const file = join(container.workspace, 'heard');
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
}

/** A runtime with one descendant in its group and one in a session of its own, all of them up. */
async function family(twin: Readonly<Record<string, unknown>>): Promise<TestContainer> {
  const container = await startContainer({ twin, run: mount });
  await container.ready();
  await until('its descendants', () => heard(container).length === 2 || undefined);
  return container;
}

/** A PID 1 that hands TERM on and ends with its child, as a small init does. */
const smallInit = `
  const child = require('node:child_process').spawn('/bin/sh', process.argv.slice(1), { detached: true, stdio: 'inherit' });
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('exit', (code) => process.exit(code));`;

describe('a stop', () => {
  it('reaches the main process once, and what it leaves behind only then; without us they hear nothing', async () => {
    await using container = await family({ descendants: 'obey', stopDelay: 2_000 });
    for (const signal of ['TERM', 'TERM', 'INT']) {
      await docker(['kill', '-s', signal, container.id]);
      await until('the stop signal', () => heard(container).includes('main TERM') || undefined);
    }
    expect(await container.exitCode()).toBe(0);
    const [first, ...rest] = heard(container).filter((line) => !line.endsWith('ready'));
    expect(first).toBe('main TERM');
    expect(rest.sort()).toEqual(['daemon TERM', 'group TERM']);
    const logs = await container.logs();
    expect(logs).toMatch(/left behind.*sh\(\d+\):term/);
    expect(logs).not.toContain(':kill');

    const tree = ['/opt/clawden/twin.sh', 'tree', '-', 'obey'];
    const labels = ['--label', 'io.clawden.test=1', ...hardening, ...mount];
    const bare = await docker([
      'run',
      '-d',
      ...labels,
      '--entrypoint',
      'node',
      image,
      '-e',
      smallInit,
      ...tree,
    ]);
    const id = bare.stdout.trim();
    try {
      const said = async (): Promise<string> => (await docker(['logs', id])).stdout;
      await until('all three', async () => (await said()).split('ready').length === 4 || undefined);
      await docker(['stop', '-t', '30', id]);
      const lines = (await said()).split('\n').filter((line) => line && !line.endsWith('ready'));
      expect(lines).toEqual(['main TERM']);
    } finally {
      await docker(['rm', '-f', '-v', id]);
    }
  });

  it('KILLs at the deadline what is deaf, in the group and in a session of its own', async () => {
    await using container = await family({ descendants: 'ignore' });
    expect(await container.stop()).toBe(0);
    const lines = heard(container).filter((line) => !line.endsWith('ready'));
    expect(lines.sort()).toEqual(['daemon TERM', 'group TERM', 'main TERM']);
    // And now and then a shell between its fork and its exec.
    const killed = (await container.logs()).match(/\bsh\(\d+\):kill/g) ?? [];
    expect(killed.length).toBeGreaterThanOrEqual(2);
  });
});
