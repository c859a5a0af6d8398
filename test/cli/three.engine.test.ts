import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openProject } from '../../host-cli/project.ts';
import { bundle, docker, removeProject, type Workplace, workplace } from './helpers.ts';
import { imageWithTwins } from './twin-image.ts';

const IMAGE = `clawden-three:${process.pid}`;
let place: Workplace;
let id = '';

beforeAll(async () => {
  const script = await bundle();
  await imageWithTwins(IMAGE);
  place = workplace(script);
  id = openProject(place.directory).id;
  place.write('.env', 'CLAWDEN_ECHO=scripted\n');
}, 300_000);

afterAll(async () => {
  await removeProject(id);
  place.remove();
  await docker('rmi', '-f', IMAGE);
}, 120_000);

const type = (...argv: readonly string[]) => place.type(argv, { env: { CLAWDEN_IMAGE: IMAGE } });
const declare = (...entries: readonly string[]) =>
  place.write(
    'clawden.yaml',
    `provider: echo\nruntimes:\n${entries.map((each) => `  - {${each}}\n`).join('')}`,
  );

interface Row {
  readonly name: string;
  readonly state: string;
  readonly runtime: unknown;
}

async function ps(): Promise<Readonly<Record<string, string>>> {
  const { instances } = JSON.parse((await type('ps', '-a', '--json')).stdout) as {
    instances: readonly Row[];
  };
  return Object.fromEntries(instances.map(({ name, state }) => [name, state]));
}

describe('a real OpenClaw beside two twins', () => {
  it('comes up, is mended, changed and made smaller by `up`, and answers a turn in flight before it stops', async () => {
    declare('name: openclaw', 'name: zeroclaw, id: zc', 'name: picoclaw, id: pc');
    expect((await type('up')).exitCode).toBe(0);
    expect(await ps()).toEqual({ openclaw: 'ready', zc: 'ready', pc: 'ready' });
    const [openclaw, pc] = await Promise.all(
      ['openclaw', 'pc'].map((name) => docker('inspect', '-f', '{{.Id}}', `clawden-${id}-${name}`)),
    );

    // One killed, one changed, one gone from the file.
    await docker('kill', `clawden-${id}-zc`);
    expect((await ps()).zc).not.toBe('ready');
    declare('name: openclaw', 'name: zeroclaw, id: zc, memory: 400m');
    const again = await type('up', '--json', '--remove-orphans');
    expect(again.exitCode).toBe(0);
    expect(JSON.parse(again.stdout)).toMatchObject({
      instances: [
        { instance: 'openclaw', action: 'unchanged', state: 'ready', container: openclaw },
        { instance: 'zc', action: 'recreated', state: 'ready' },
      ],
      orphans: [{ instance: 'pc', removed: true }],
    });
    expect(await ps()).toEqual({ openclaw: 'ready', zc: 'ready' });
    expect(await docker('ps', '-a', '-q', '--no-trunc')).not.toContain(pc);

    const turn = type('chat', 'openclaw', '[[delay 4000]] still with you');
    await sleep(2_500);
    const stopped = await type('stop');
    expect(stopped.exitCode).toBe(0);
    expect(await turn).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('still with you') });
    expect(await ps()).toEqual({ openclaw: 'stopped', zc: 'stopped' });
    expect((await type('down', '--volumes', '--yes')).exitCode).toBe(0);
  });
});
