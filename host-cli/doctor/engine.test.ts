import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { askEngine } from './engine.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'clawden-engine-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

it('an engine that hangs is given up, with all that its command has started', async () => {
  const command = join(folder, 'engine.sh');
  // The second process keeps the pipe open, as a plugin of the real command would.
  writeFileSync(command, `#!/bin/sh\necho $$ >>${folder}/pids\nsleep 300; true\n`);
  chmodSync(command, 0o755);
  const began = Date.now();
  const environment = { PATH: process.env.PATH, CLAWDEN_ENGINE: command };
  const { findings, facts } = await askEngine(environment, 300);
  expect(findings).toEqual([
    { level: 'error', text: `${command} gives no answer within 0.3 s`, fix: `${command} info` },
  ]);
  expect(facts).toBeUndefined();
  expect(Date.now() - began).toBeLessThan(5_000);
});
