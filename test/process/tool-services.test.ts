import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { restartBudget } from '../../supervisor/supervise/backoff.ts';
import { systemClock } from '../../supervisor/supervise/clock.ts';
import type { ServiceManifest } from '../../supervisor/tools/manifest.ts';
import { type SupervisedService, superviseService } from '../../supervisor/tools/services.ts';
import { until } from '../helpers/docker.ts';
import { base, named } from './tools-stage.ts';

const folder = mkdtempSync(join(tmpdir(), 'clawden-services-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Of this run only. */
const straggler = `strag-${process.pid}`.slice(0, 15);

const policy = { backoffBase: 20, backoffCap: 50, budget: 3, window: 60_000, requestedBudget: 3 };

interface Told {
  readonly lines: string[];
  readonly log: string[];
}

function service(
  script: string,
  told: Told = { lines: [], log: [] },
  stopSignal: ServiceManifest['stopSignal'] = 'SIGTERM',
): SupervisedService {
  const say = (message: string): void => void told.log.push(message);
  const started = superviseService(
    'demo',
    { name: 'beacon', command: ['/bin/bash', '-c', script], stopSignal },
    { environment: base, cwd: folder },
    {
      clock: systemClock,
      log: { debug: say, info: say, warn: say, error: say },
      budget: restartBudget(policy, () => 0.5),
      line: (text) => told.lines.push(text),
    },
  );
  begun.push(started);
  return started;
}

const begun: SupervisedService[] = [];
// A test that fails must not leave its service to the next one.
afterEach(() => Promise.all(begun.splice(0).map((service) => service.stop())));

test('a service that ends is started again, and its group does not outlive it', async () => {
  const told: Told = { lines: [], log: [] };
  const beacon = service(
    `[ -e ${straggler} ] || cp /bin/sleep ${straggler}; echo up; ./${straggler} 600 & if mkdir once 2>/dev/null; then exit 0; fi; wait`,
    told,
  );
  await until(
    'the second life',
    () => (told.lines.filter((line) => line === 'up').length === 2 ? true : undefined),
    20_000,
  );
  expect(beacon.view()).toMatchObject({ state: 'running', restarts: 1, pid: expect.any(Number) });
  expect(told.log).toEqual(['a service of a tool ended, starting it again']);
  await until('one straggler', () => (named(straggler) === 1 ? true : undefined), 20_000);
  await beacon.stop();
  expect(beacon.view()).toMatchObject({ state: 'stopped', pid: null });
  await until('nobody', () => (named(straggler) === 0 ? true : undefined), 20_000);
});

test('a service that cannot live is given up after its budget, and that is said', async () => {
  const told: Told = { lines: [], log: [] };
  const beacon = service('echo dying; exit 3', told);
  await until('the end', () => (beacon.view().state === 'failed' ? true : undefined), 20_000);
  expect(told.lines).toEqual(['dying', 'dying', 'dying', 'dying']);
  expect(beacon.view()).toEqual({ name: 'beacon', state: 'failed', restarts: 3, pid: null });
  expect(told.log.at(-1)).toBe('a service of a tool kept ending and is given up');
  await beacon.stop();
  expect(beacon.view().state).toBe('failed');
});

test('its stop signal is the one it names, once', async () => {
  const told: Told = { lines: [], log: [] };
  const script =
    "trap 'echo INT >>heard; exit 0' INT; trap 'echo TERM >>heard' TERM; echo up; while :; do sleep 0.05; done";
  const beacon = service(script, told, 'SIGINT');
  await until('its start', () => told.lines[0], 20_000);
  await beacon.stop();
  expect(readFileSync(join(folder, 'heard'), 'utf8')).toBe('INT\n');
});

test('one that is deaf is killed when its time is over', async () => {
  const told: Told = { lines: [], log: [] };
  const beacon = service("trap '' TERM; echo up; while :; do sleep 1; done", told);
  await until('its start', () => told.lines[0], 20_000);
  await beacon.stop();
  expect(beacon.view()).toMatchObject({ state: 'stopped', pid: null });
});

test('one whose program is not there is given up too', async () => {
  const told: Told = { lines: [], log: [] };
  const beacon = superviseService(
    'demo',
    { name: 'nothing', command: ['/no/such/program'], stopSignal: 'SIGTERM' },
    { environment: base, cwd: folder },
    {
      clock: systemClock,
      log: { debug: () => {}, info: () => {}, warn: () => {}, error: (text) => told.log.push(text) },
      budget: restartBudget(policy, () => 0.5),
      line: () => {},
    },
  );
  await until('the end', () => (beacon.view().state === 'failed' ? true : undefined), 20_000);
  expect(told.log).toEqual(['a service of a tool kept ending and is given up']);
});
