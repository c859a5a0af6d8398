import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Rendered, Runtime, ValidatorOutcome } from '../../runtimes/contract.ts';
import { validate } from './validate.ts';

const folder = mkdtempSync(join(tmpdir(), 'clawden-validate-'));
afterAll(() => rmSync(folder, { recursive: true }));
const runtime = { judge: () => ({ kind: 'valid', warnings: [] }) } as unknown as Runtime;
const rendered = { validators: [{ name: 'v', argv: ['v'], timeout: 1000 }] } as unknown as Rendered;

async function asked(volume: string): Promise<{ readonly verdict: string; readonly times: number }> {
  let times = 0;
  const run = (): Promise<ValidatorOutcome> => {
    times += 1;
    return Promise.resolve({ name: 'v', code: 0, stdout: '', stderr: '' });
  };
  await validate(runtime, rendered, 'same-bytes', { run, marks: `${volume}/marks`, volume });
  const verdict = await validate(runtime, rendered, 'same-bytes', { run, marks: `${volume}/marks`, volume });
  return { verdict: verdict.kind, times };
}

describe('a validator that found the same bytes good before', () => {
  it('is not asked again', async () => {
    expect(await asked(folder)).toEqual({ verdict: 'valid', times: 1 });
  });

  it('is asked again where its word could not be kept, and the start goes on', async () => {
    // A file in the place of the volume: nothing can be made there, whoever asks.
    const volume = join(folder, 'volume');
    writeFileSync(volume, '');
    expect(await asked(volume)).toEqual({ verdict: 'valid', times: 2 });
  });
});
