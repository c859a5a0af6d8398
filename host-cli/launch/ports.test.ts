import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { nextFree } from '../ports.ts';
import { Ports } from './ports.ts';

let squatter: Server;
let taken = 0;
let free = 0;

beforeAll(async () => {
  taken = await nextFree(34_100);
  squatter = createServer();
  await new Promise((resolve) => squatter.listen(taken, '127.0.0.1', () => resolve(0)));
  free = await nextFree(taken + 1);
});
afterAll(() => squatter.close());

const wish = { place: 'option', written: undefined, former: undefined, refused: [] } as const;

it('the usual port, else the next; two instances never get the same one', async () => {
  const ports = new Ports();
  const first = await ports.choose({ ...wish, usual: taken });
  const second = await ports.choose({ ...wish, usual: taken });
  expect(first).toBe(free);
  expect(second).toBeGreaterThan(first);
});

it('a port that the engine refused is not tried again', async () => {
  expect(await new Ports().choose({ ...wish, usual: free, refused: [free] })).toBeGreaterThan(free);
});

it('the one it had before, which nobody else gets meanwhile', async () => {
  const ports = new Ports([free]);
  expect(await ports.choose({ ...wish, usual: free })).toBeGreaterThan(free);
  expect(await ports.choose({ ...wish, usual: 1024, former: free })).toBe(free);
});

it('the written one or none', async () => {
  const ports = new Ports();
  expect(await ports.choose({ ...wish, written: free, usual: 1024 })).toBe(free);
  await expect(ports.choose({ ...wish, written: taken, usual: 1024 })).rejects.toMatchObject({
    code: 'port-taken',
    message: `port ${taken} of this machine is taken`,
  });
});
