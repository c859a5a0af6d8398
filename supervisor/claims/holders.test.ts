import { describe, expect, it } from 'vitest';
import type { ChannelPlan } from '../../runtimes/contract.ts';
import { createHolders, type Holders } from './holders.ts';

const channel = (changes: Partial<ChannelPlan> = {}): ChannelPlan => ({
  name: 'one',
  type: 'telegram',
  mode: 'unclaimed',
  serves: 'native',
  groups: 'mention',
  fields: {},
  secrets: {},
  allowFrom: [],
  ...changes,
});
const unclaimed = channel();
const native = channel({ mode: 'native', allowFrom: ['42'] });

/** An unclaimed channel that the relay polls for a code. */
function waiting(): Holders {
  const holders = createHolders();
  holders.rendered([unclaimed]);
  holders.told('one', holders.role(unclaimed));
  return holders;
}

describe('the account of a native channel', () => {
  it('is with the relay until it has an owner, and then only until the relay lets go', () => {
    const holders = waiting();
    expect(holders.role(unclaimed)).toBe('claim');
    expect(holders.isCurrent(unclaimed)).toBe(true);
    expect(holders.role(native)).toBe('watch');
    expect(holders.told('one', 'watch')).toBe(true);
    expect(holders.forRuntime(native)).toMatchObject({ mode: 'unclaimed', allowFrom: [] });
    expect(holders.isCurrent(native)).toBe(true);
    holders.released('one');
    expect(holders.forRuntime(native)).toEqual(native);
    expect(holders.isCurrent(native)).toBe(false);
    holders.rendered([native]);
    expect(holders.isCurrent(native)).toBe(true);
  });

  it('goes to the runtime as well when the relay dies with it', () => {
    const holders = waiting();
    holders.told('one', 'watch');
    holders.relayGone();
    expect(holders.forRuntime(native)).toEqual(native);
  });

  it('stays with the runtime until its process is gone, also when nobody may talk any more', () => {
    const holders = createHolders();
    holders.rendered([native]);
    holders.told('one', holders.role(native));
    expect(holders.role(unclaimed)).toBe('watch');
    expect(holders.isCurrent(unclaimed)).toBe(false);
    holders.rendered([unclaimed]);
    expect(holders.role(unclaimed)).toBe('claim');
  });

  it('is not given away by the answer to an earlier order', () => {
    const holders = waiting();
    holders.told('one', 'watch');
    holders.told('one', 'claim');
    holders.told('one', 'watch');
    holders.released('one');
    expect(holders.forRuntime(native).mode).toBe('unclaimed');
    holders.released('one');
    expect(holders.forRuntime(native)).toEqual(native);
  });

  it('needs a new render when other people may talk', () => {
    const holders = createHolders();
    holders.rendered([native]);
    expect(holders.isCurrent(channel({ mode: 'native', allowFrom: ['42', '43'] }))).toBe(false);
  });
});

it('a relayed channel is served by the relay and never rendered', () => {
  const holders = createHolders();
  const relayed = channel({ serves: 'relayed', mode: 'relayed', allowFrom: ['42'] });
  holders.rendered([relayed]);
  expect(holders.role(relayed)).toBe('serve');
  expect(holders.told('one', 'serve')).toBe(false);
  expect(holders.forRuntime(relayed)).toEqual(relayed);
  expect(holders.isCurrent(relayed)).toBe(true);
});
