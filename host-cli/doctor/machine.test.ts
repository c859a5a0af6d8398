import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InstancePlan } from '../../supervisor/config/project.ts';
import type { EngineFacts } from './engine.ts';
import { checkDisk, checkMemory, checkPorts } from './machine.ts';

const GiB = 1024 ** 3;
const facts = (changes: Partial<EngineFacts> = {}): EngineFacts => ({
  ask: async () => ({ ok: true, stdout: 'postgres\n', stderr: '', late: false }),
  memory: 4 * GiB,
  folder: '/var/lib/docker',
  local: true,
  ...changes,
});
const instance = (id: string, port: number, written = false): InstancePlan =>
  ({
    id,
    plan: { runtime: 'openclaw', port, origins: written ? { 'config.port': { kind: 'default' } } : {} },
  }) as unknown as InstancePlan;

describe('the disk of the engine', () => {
  const disk = (free: number) => async () => ({ bavail: free / 4096, bsize: 4096, blocks: 1 });
  it.each([
    [70 * GiB, 'ok', '70.0 GiB free at /var/lib/docker'],
    [2 * GiB, 'warning', '2.0 GiB free'],
    [0.5 * GiB, 'error', '512 MiB free'],
  ])('with %i bytes free is %s', async (free, level, text) => {
    const [found] = await checkDisk(facts(), disk(free));
    expect(found).toMatchObject({ level, text: expect.stringContaining(text) });
    expect(found?.fix === undefined).toBe(level === 'ok');
  });

  it('is not guessed where it cannot be seen', async () => {
    expect(await checkDisk(facts({ folder: undefined }))).toMatchObject([{ level: 'skipped' }]);
    const failing = () => Promise.reject(new Error('ENOENT'));
    expect(await checkDisk(facts(), failing)).toMatchObject([{ level: 'skipped' }]);
  });
});

describe('the memory of the engine', () => {
  it.each([
    [1, 'ok', '4.0 GiB of memory; 2.0 GiB is recommended for a'],
    [3, 'error', '4.0 GiB of memory; 3 instances need 4.5 GiB at least'],
  ])('against %i instances is %s', async (count, level, text) => {
    const list = ['a', 'b', 'c'].slice(0, count).map((id) => instance(id, 1));
    expect(await checkMemory(facts(), list)).toMatchObject([{ level, text }]);
  });

  it('between the least and the recommended is a warning', async () => {
    const few = await checkMemory(facts({ memory: 1.7 * GiB }), [instance('a', 1)]);
    expect(few).toMatchObject([
      { level: 'warning', text: expect.stringContaining('2.0 GiB is recommended') },
    ]);
  });
});

describe('a port', () => {
  const squatter = createServer();
  let port = 0;
  beforeAll(async () => {
    await new Promise<void>((resolve) => squatter.listen(0, '127.0.0.1', resolve));
    port = (squatter.address() as { port: number }).port;
  });
  afterAll(() => squatter.close());

  it('that another program has is an error where it is written, else the next one does', async () => {
    const found = await checkPorts(facts(), [instance('a', port, true), instance('b', port)], []);
    expect(found).toMatchObject([
      { level: 'error', text: `${port} of a is taken by container postgres` },
      { level: 'warning', text: expect.stringContaining('the next free one will be used') },
    ]);
  });

  it('that the instance has itself is its own', async () => {
    const own = { running: true, instance: 'a', port } as never;
    expect(await checkPorts(facts(), [instance('a', port)], [own])).toMatchObject([
      { level: 'ok', text: `${port} is a's own` },
    ]);
  });
});
