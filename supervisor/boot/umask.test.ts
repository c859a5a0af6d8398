import { chmodSync, mkdtempSync, rmdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { sharedUmask } from './umask.ts';

const folder = mkdtempSync(join(tmpdir(), 'clawden-umask-'));
afterAll(() => rmdirSync(folder));

test.each([
  { mode: 0o2775, of: 'ours', umask: 0o002 },
  { mode: 0o2770, of: 'ours', umask: 0o002 },
  { mode: 0o2777, of: 'somebody else', umask: undefined },
  { mode: 0o0775, of: 'ours', umask: undefined },
  { mode: 0o2755, of: 'ours', umask: undefined },
  { mode: 0o1777, of: 'ours', umask: undefined },
])('a workspace of mode $mode whose group is $of is worked in with umask $umask', ({ mode, of, umask }) => {
  chmodSync(folder, mode);
  const { gid } = statSync(folder);
  expect(sharedUmask(folder, of === 'ours' ? [4242, gid] : [4242])).toBe(umask);
});
