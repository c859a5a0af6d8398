import { describe, expect, it } from 'vitest';
import type { ChannelPlan, ChannelReason } from '../../runtimes/contract.ts';
import type { RuntimeView } from '../supervise/runtime.ts';
import { type ChannelFacts, type HealthInput, health, isAlive, isReady, type Sign } from './health.ts';

const view = (changes: Partial<RuntimeView> = {}): RuntimeView => ({
  state: 'running',
  serving: true,
  restarts: 0,
  reason: null,
  failingChannels: [],
  rendered: null,
  pid: 7,
  ...changes,
});

const telegram: ChannelPlan = {
  name: 'telegram',
  type: 'telegram',
  mode: 'native',
  serves: 'native',
  groups: 'mention',
  fields: {},
  secrets: {},
  allowFrom: ['1'],
};

const sign = (reason: ChannelReason, changes: Partial<Sign> = {}): Sign => ({
  reason,
  repeated: false,
  ofType: false,
  ...changes,
});

const input = (changes: Partial<HealthInput> = {}, runtime: RuntimeView = view()): HealthInput => ({
  phase: 'up',
  instance: 'openclaw',
  runtime: { name: 'openclaw', version: '1', view: runtime },
  relay: 'up',
  provider: 'echo',
  channels: [],
  zombies: 0,
  ...changes,
});

describe('the body of /health and /ready', () => {
  const table: [string, HealthInput, string, boolean, boolean][] = [
    ['before there is a plan', input({ phase: 'booting', runtime: null }), 'starting', true, false],
    [
      'while the runtime starts',
      input({}, view({ state: 'starting', serving: false })),
      'starting',
      true,
      false,
    ],
    ['when it serves', input(), 'ready', true, true],
    ['when it runs but does not serve', input({}, view({ serving: false })), 'unready', true, false],
    [
      'while a hung one is torn down',
      input({}, view({ state: 'ending', serving: false })),
      'unready',
      true,
      false,
    ],
    [
      'while it is started anew for other people',
      input({}, view({ state: 'restarting', serving: false, reason: 'access-changed' })),
      'unready',
      true,
      false,
    ],
    ['between two starts', input({}, view({ state: 'backoff', serving: false })), 'unready', true, false],
    [
      'while it starts again',
      input({}, view({ state: 'starting', serving: false, restarts: 1 })),
      'unready',
      true,
      false,
    ],
    ['without a relay', input({ relay: 'down' }), 'unready', true, false],
    [
      'while draining',
      input({ phase: 'draining' }, view({ state: 'stopping', serving: false })),
      'draining',
      true,
      false,
    ],
    ['after it was given up', input({}, view({ state: 'failed', serving: false })), 'failed', false, false],
    [
      'when all is over',
      input({ phase: 'over' }, view({ state: 'stopped', serving: false })),
      'failed',
      false,
      false,
    ],
  ];
  it.each(table)('tells the truth %s', (_name, given, status, alive, ready) => {
    const body = health(given);
    expect([body.status, isAlive(body), isReady(body, false)]).toEqual([status, alive, ready]);
  });

  const channel = (facts: Partial<ChannelFacts>, runtime: RuntimeView = view()) =>
    health(input({ channels: [{ plan: telegram, ...facts }] }, runtime)).channels[0];

  it('has a channel up when nothing speaks against it', () => {
    expect(channel({ check: null })).toMatchObject({ state: 'up', reason: null });
  });

  it.each(['token-rejected', 'token-revoked', 'missing-scope'] as const)(
    'names a refusal of the platform, which holds for the runtime too: %s',
    (check) => {
      expect(channel({ check })).toMatchObject({ state: 'down', reason: check });
    },
  );

  it('does not hold used-up logins against a runtime that is logged in', () => {
    expect(channel({ check: 'session-limit' })).toMatchObject({ state: 'up' });
    const failing = view({ failingChannels: [{ type: 'telegram' }] });
    expect(channel({ check: 'session-limit' }, failing)).toMatchObject({ reason: 'session-limit' });
  });

  it('prefers what the runtime says of a second poller', () => {
    expect(channel({ check: null, sign: sign('poller-conflict') })).toMatchObject({
      reason: 'poller-conflict',
    });
  });

  it('is out of reach only while neither the runtime nor we get through', () => {
    expect(channel({ check: 'unreachable', sign: sign('unreachable') })).toMatchObject({
      reason: 'unreachable',
    });
    expect(channel({ sign: sign('unreachable') })).toMatchObject({ state: 'down', reason: 'unreachable' });
    expect(channel({ check: null, sign: sign('unreachable') })).toMatchObject({ state: 'up', reason: null });
    // One that is said again and again is newer than our question, which was answered once.
    expect(channel({ check: null, sign: sign('unreachable', { repeated: true }) })).toMatchObject({
      reason: 'unreachable',
    });
  });

  it('does not trust our own failure to reach the platform while the runtime is content', () => {
    expect(channel({ check: 'unreachable' })).toMatchObject({ state: 'up' });
    const failing = view({ failingChannels: [{ type: 'telegram' }] });
    expect(channel({ check: 'unreachable' }, failing)).toMatchObject({
      state: 'down',
      reason: 'unreachable',
    });
  });

  it('is told apart from another account of its type', () => {
    const plans = ['one', 'two'].map((name): ChannelPlan => ({ ...telegram, name }));
    const states = (changes: Partial<ChannelFacts>[], runtime = view()): readonly unknown[] =>
      health(
        input({ channels: plans.map((plan, index) => ({ plan, check: null, ...changes[index] })) }, runtime),
      ).channels.map(({ reason }) => reason);
    const named = {
      ...(view().rendered ?? {}),
      channelNames: { two: 'telegram.two' },
    } as RuntimeView['rendered'];
    const failing = [{ type: 'telegram', account: 'telegram.two' }];
    expect(states([], view({ rendered: named, failingChannels: failing }))).toEqual([null, 'down']);
    expect(states([{}, { sign: sign('poller-conflict') }])).toEqual([null, 'poller-conflict']);
    // The runtime did not say which: the one that its platform refuses explains it.
    const unsaid = { sign: sign('token-rejected', { ofType: true }) };
    expect(states([unsaid, { ...unsaid, check: 'token-rejected' }])).toEqual([null, 'token-rejected']);
    const down = view({ failingChannels: [{ type: 'telegram' }] });
    expect(states([{}, { check: 'token-rejected' }], down)).toEqual([null, 'token-rejected']);
    expect(states([{}, { sign: sign('token-rejected') }], down)).toEqual([null, 'token-rejected']);
    expect(states([{}, {}], down)).toEqual(['down', 'down']);
    expect(states([unsaid, unsaid])).toEqual(['token-rejected', 'token-rejected']);
  });

  it('is ready with a channel down, but not strictly', () => {
    const body = health(input({ channels: [{ plan: telegram, check: 'token-rejected' }] }));
    expect([isReady(body, false), isReady(body, true)]).toEqual([true, false]);
    expect(body.reasons).toContain('channel-telegram-token-rejected');
  });

  it('does not wait for a channel that nobody has claimed', () => {
    const plan: ChannelPlan = { ...telegram, mode: 'unclaimed', allowFrom: [] };
    const body = health(input({ channels: [{ plan }] }));
    expect(body.channels[0]).toMatchObject({ state: 'unclaimed' });
    expect(isReady(body, true)).toBe(true);
  });

  it.each(['token-rejected', 'poller-conflict', 'session-limit'] as const)(
    'names %s of a channel that nobody can claim for it',
    (check) => {
      const plan: ChannelPlan = { ...telegram, mode: 'unclaimed', allowFrom: [] };
      const body = health(input({ channels: [{ plan, check }] }));
      expect(body.channels[0]).toMatchObject({ state: 'unclaimed', reason: check });
    },
  );

  it('has a channel wait for its owner also when its platform is out of reach for a moment', () => {
    const plan: ChannelPlan = { ...telegram, mode: 'unclaimed', allowFrom: [] };
    const body = health(input({ channels: [{ plan, check: 'unreachable' }] }));
    expect(body.channels[0]).toMatchObject({ state: 'unclaimed', reason: 'unclaimed' });
  });

  it('has a native channel connecting until the runtime was started with it', () => {
    expect(channel({ check: null, awaited: true })).toMatchObject({ state: 'connecting', reason: null });
  });
});

describe('a relayed channel', () => {
  const relayed: ChannelPlan = { ...telegram, mode: 'relayed', serves: 'relayed' };
  const of = (facts: Partial<ChannelFacts>, changes: Partial<HealthInput> = {}) =>
    health(input({ channels: [{ plan: relayed, ...facts }], ...changes })).channels[0];

  it('is connecting until the relay says that it is connected, whatever the runtime does', () => {
    expect(of({})).toMatchObject({ mode: 'relayed', state: 'connecting', reason: null });
    expect(of({ check: null })).toMatchObject({ state: 'up', reason: null });
    const failing = {
      runtime: { name: 'x', version: '1', view: view({ failingChannels: [{ type: 'telegram' }] }) },
    };
    expect(of({ check: null }, failing)).toMatchObject({ state: 'up' });
  });

  it('is down for whatever reason the relay gives, and while there is no relay', () => {
    expect(of({ check: 'unreachable' })).toMatchObject({ state: 'down', reason: 'unreachable' });
    expect(of({ check: null }, { relay: 'down' })).toMatchObject({ state: 'down', reason: 'relay-down' });
  });
});
