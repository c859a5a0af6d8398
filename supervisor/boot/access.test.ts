import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { type AccessStage, accessStage, botChannel } from './testing.ts';

const stages: AccessStage[] = [];
afterEach(() => {
  for (const one of stages.splice(0)) one.remove();
});

function stage(...channels: Parameters<typeof accessStage>): AccessStage {
  const made = accessStage(...channels);
  stages.push(made);
  return made;
}

const relayed = botChannel({ serves: 'relayed' });

describe('a relayed channel', () => {
  it('belongs to the first who brings the code, and is served at once', () => {
    const s = stage([relayed]);
    s.say('WRZZZZZZZ');
    expect(s.told()).toEqual([]);
    s.say(s.code());
    expect(s.told()).toEqual([
      {
        kind: 'access',
        channel: 'telegram',
        access: { role: 'serve', allowFrom: ['42'] },
        claimedBy: '42',
      },
    ]);
    expect(s.restarts()).toBe(0);
    expect(s.list()[0]).toMatchObject({ mode: 'relayed', owner: { id: '42', name: 'Ada' }, allowed: [] });
    expect(s.list()[0]).not.toHaveProperty('claim');
  });

  it('has one owner: the code is worth nothing after that', () => {
    const s = stage([relayed]);
    const code = s.code();
    s.say(code);
    s.say(code, '666');
    expect(s.list()[0]).toMatchObject({ owner: { id: '42' } });
    expect(s.told()).toHaveLength(1);
  });

  it('has no code once it is owned, also not when the old one would have been replaced', async () => {
    const s = stage([relayed]);
    s.say(s.code());
    await s.clock.advance(2 * 3_600_000);
    expect(s.list()[0]).not.toHaveProperty('claim');
  });

  it('takes and loses people without a restart of anything', async () => {
    const s = stage([relayed]);
    s.say(s.code());
    s.told();
    expect(s.act('allow', '43')).toMatchObject({
      kind: 'done',
      channel: { allowed: [{ id: '43', by: 'api' }] },
    });
    s.act('revoke', '42');
    s.act('revoke', '43');
    expect(s.told().map(({ access }) => access)).toEqual([
      { role: 'serve', allowFrom: ['42', '43'] },
      { role: 'serve', allowFrom: ['43'] },
      { role: 'claim', allowFrom: [] },
    ]);
    await s.clock.advance(1000);
    expect([s.restarts(), s.relayRestarts()]).toEqual([0, 0]);
    expect(s.code()).toMatch(/^.{9}$/);
  });
});

describe('a native channel', () => {
  it('goes to the runtime by one restart, after the relay has let go', async () => {
    const s = stage();
    s.say(s.code());
    expect(s.told()).toMatchObject([{ access: { role: 'watch' }, claimedBy: '42' }]);
    await s.clock.advance(5000);
    expect(s.restarts()).toBe(0);
    expect(s.render()[0]).toMatchObject({ mode: 'unclaimed', allowFrom: [] });
    s.heard({ kind: 'released', channel: 'telegram' });
    await s.clock.advance(1000);
    expect(s.restarts()).toBe(1);
    expect(s.render()[0]).toMatchObject({ mode: 'native', allowFrom: ['42'] });
    await s.clock.advance(60_000);
    expect([s.restarts(), s.relayRestarts(), s.told().length]).toEqual([1, 0, 0]);
  });

  it('is taken from a relay that does not let go by starting that anew', async () => {
    const s = stage();
    s.say(s.code());
    await s.clock.advance(9_999);
    expect(s.relayRestarts()).toBe(0);
    await s.clock.advance(1);
    expect(s.relayRestarts()).toBe(1);
    expect(s.relayStarts()[0]?.access).toEqual({ role: 'watch', allowFrom: ['42'] });
    await s.clock.advance(1000);
    expect(s.restarts()).toBe(1);
    await s.clock.advance(60_000);
    expect(s.relayRestarts()).toBe(1);
  });

  it('is one restart for several people', async () => {
    const s = stage([botChannel({ mode: 'native', allowFrom: ['1'] })]);
    for (const id of ['43', '44', '45']) {
      s.act('allow', id);
      await s.clock.advance(50);
    }
    await s.clock.advance(1000);
    expect(s.restarts()).toBe(1);
    expect(s.render()[0]?.allowFrom).toEqual(['1', '43', '44', '45']);
    await s.clock.advance(1000);
    expect(s.restarts()).toBe(1);
    // The relay only watches it: who may talk is nothing to it.
    expect(s.told()).toEqual([]);
  });

  it('goes back to the relay, with a new code, only when the process that had it is gone', async () => {
    const s = stage();
    s.say(s.code());
    s.heard({ kind: 'released', channel: 'telegram' });
    s.render();
    s.told();
    s.act('revoke', '42');
    await s.clock.advance(1000);
    expect(s.told()).toEqual([]);
    expect(s.restarts()).toBe(1);
    s.render();
    expect(s.told()).toMatchObject([{ access: { role: 'claim', allowFrom: [] } }]);
    s.say(s.code(), '44');
    expect(s.list()[0]).toMatchObject({ owner: { id: '44' } });
  });

  it('is left out of the first start when it was claimed after the render, and that start is rendered again', () => {
    const s = stage();
    s.say(s.code());
    expect(s.access.isRendered()).toBe(true);
    s.heard({ kind: 'released', channel: 'telegram' });
    expect(s.access.isRendered()).toBe(false);
  });
});

describe('an owner', () => {
  it('is the owner after a restart of the container, and of the relay', () => {
    const s = stage([relayed]);
    s.say(s.code());
    expect(s.again().relayStarts()[0]?.access).toEqual({ role: 'serve', allowFrom: ['42'] });
    expect(s.relayStarts()[0]?.access).toEqual({ role: 'serve', allowFrom: ['42'] });
  });

  it('is nobody with a new token, and that is said', () => {
    const s = stage([relayed]);
    s.say(s.code());
    const next = s.again([botChannel({ serves: 'relayed', secrets: { token: '123456:a-new-one' } })]);
    expect(next.list()[0]).toMatchObject({ mode: 'unclaimed', state: 'unclaimed' });
    expect(next.logged[0]?.message).toContain('the token is new, or somebody wrote it');
  });

  it('is not made by a record that an agent has written', () => {
    const s = stage([relayed]);
    s.say(s.code());
    writeFileSync(s.file, readFileSync(s.file, 'utf8').replaceAll('"42"', '"666"'));
    expect(s.again().list()[0]).toMatchObject({ mode: 'unclaimed', allowed: [] });
  });

  it('is not made by a record of before a revoke, once the container was stopped in order', () => {
    const s = stage([relayed]);
    s.say(s.code());
    const before = readFileSync(s.file, 'utf8');
    s.act('revoke', '42');
    writeFileSync(s.file, before);
    s.access.writeAgain();
    expect(s.again().list()[0]).toMatchObject({ mode: 'unclaimed' });
  });

  it('is not made by an id that no person has', () => {
    const s = stage([relayed]);
    s.say(s.code(), '*');
    s.say(s.code(), '');
    expect(s.list()[0]).toMatchObject({ mode: 'unclaimed' });
  });

  it('is not made when the disk refuses, and the code stays good', () => {
    const s = stage([relayed]);
    const code = s.code();
    s.remove();
    writeFileSync(s.file.replace('/.clawden/channels.json', ''), 'no folder');
    s.say(code);
    expect(s.told()).toEqual([]);
    expect(s.code()).toBe(code);
    expect(s.logged.at(-1)?.message).toContain('cannot be written down');
  });
});
