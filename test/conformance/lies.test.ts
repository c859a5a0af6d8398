import { describe, expect, it } from 'vitest';
import { openBench, type Wishes } from './bench.ts';
import { twinProgram } from './program.ts';
import { type Result, runRow } from './row.ts';
import { rows } from './rows.ts';
import { type Subject, subjectNamed } from './subject.ts';

/** One row on a twin that behaves as told; short of patience, since a lie is told at once or never. */
async function held(id: string, wishes: Wishes, changes: Partial<Subject> = {}): Promise<Result> {
  const found = await subjectNamed('zeroclaw');
  const subject = { ...found.subject, ...changes };
  const { runtime } = found;
  using program = twinProgram(subject, runtime);
  const patience = { patience: 6_000, ...wishes };
  await using bench = await openBench('zeroclaw', runtime.descriptor.defaultPort, program, patience);
  const row = rows.find((one) => one.id === id);
  if (!row) throw new Error(`there is no row "${id}"`);
  return await runRow(row, { subject, runtime, program, bench });
}

describe('the suite catches a runtime that', () => {
  it('ignores SIGTERM', async () => {
    const wishes = { env: { CLAWDEN_STOP_BUDGET: '2' } };
    expect(await held('term-idle', { ...wishes, steer: { ignoreTerm: true } })).toMatchObject({
      state: 'failed',
      note: 'the container ended with 137',
    });
    expect((await held('term-idle', wishes)).state).toBe('passed');
  });

  it('says that it is well over a gateway that answers nobody', async () => {
    expect((await held('reply', { steer: { deafChat: true } })).state).toBe('failed');
    expect((await held('reply', {})).state).toBe('passed');
  });

  it('swallows a key that it does not know', async () => {
    const open = {
      properties: { memmory: {}, memory: { properties: { autosave: {}, auto_save: {} } }, risk_profiles: {} },
    };
    const twinFiles = { 'schema.json': JSON.stringify(open) };
    const result = await held('typos', {}, { twinFiles });
    expect(result).toMatchObject({ state: 'failed', note: expect.stringContaining('memmory') as string });
  });

  it('gives a stranger a turn of its agent', async () => {
    expect(await held('telegram-stranger', { steer: { answersStrangers: true } })).toMatchObject({
      state: 'failed',
      note: 'the model was asked the stranger’s question',
    });
  });

  it('forgets what was said', async () => {
    expect(await held('memory', { steer: { forgets: true } })).toMatchObject({
      state: 'failed',
      note: 'the second request held nothing of the first',
    });
  });
});
