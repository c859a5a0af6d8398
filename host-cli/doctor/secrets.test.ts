import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { checkSecrets } from './secrets.ts';

it('the lines that mend .env work as they stand in a folder of any name', async () => {
  const above = mkdtempSync(join(tmpdir(), 'clawden-doctor-'));
  const directory = join(above, "Ann's agents");
  mkdirSync(directory);
  writeFileSync(join(directory, '.env'), 'A=1\n');
  chmodSync(join(directory, '.env'), 0o644);
  await execa('git', ['init', '-q'], { cwd: directory });
  const look = (): ReturnType<typeof checkSecrets> => checkSecrets({ directory, id: 'x' }, process.env);
  const fixes = (await look()).flatMap(({ fix }) => fix ?? []);
  expect(fixes).toHaveLength(2);
  for (const fix of fixes) await execa('sh', ['-c', fix], { cwd: above });
  expect(await look()).toEqual([{ level: 'ok', text: '.env is yours alone' }]);
  rmSync(above, { recursive: true });
});
