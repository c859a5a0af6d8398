import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type Launch, startUp } from './carry-out.ts';

it('a link that came into the place of a workspace since it was prepared is not mounted', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'clawden-carry-'));
  mkdirSync(join(directory, 'keys'));
  symlinkSync(join(directory, 'keys'), join(directory, 'workspace'));
  const settings = { workspace: join(directory, 'workspace') };
  // There is no engine: it is not asked.
  const launch = { settings, tell: () => undefined } as unknown as Launch;
  const step = { kind: 'create', instance: 'a', container: undefined, after: [] } as const;
  await expect(startUp(step, launch)).rejects.toMatchObject({ code: 'workspace-is-link' });
  rmSync(directory, { recursive: true });
});
