import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChannelPlan } from '../../runtimes/contract.ts';
import type { ActionResult, ChannelAction } from '../http/channels-api.ts';
import { createCounters } from '../http/metrics.ts';
import type { FromRelay, RelayChannel, ToRelay } from '../relay/protocol.ts';
import type { LogFields } from '../supervise/ports.ts';
import { fakeClock } from '../supervise/testing.ts';
import { type Access, createAccess } from './access.ts';
import { channelsApi } from './channels-api.ts';
import type { Container } from './container.ts';

type AccessMessage = Extract<ToRelay, { kind: 'access' }>;

/** A container as far as claims see it: its relay and its runtime are played by the test. */
export interface AccessStage {
  readonly clock: ReturnType<typeof fakeClock>;
  readonly access: Access;
  /** What the relay was told since the last look. */
  readonly told: () => readonly AccessMessage[];
  readonly logged: { readonly message: string; readonly fields: LogFields }[];
  readonly restarts: () => number;
  readonly relayRestarts: () => number;
  readonly heard: (message: Extract<FromRelay, { kind: 'claim-tried' | 'released' }>) => void;
  /** Tries a code as a sender. */
  readonly say: (code: string, sender?: string, channel?: string) => void;
  readonly code: (channel?: string) => string;
  readonly account: (channel: string, account: string) => void;
  readonly act: (action: ChannelAction, id?: string, channel?: string) => ActionResult;
  readonly list: () => readonly Readonly<Record<string, unknown>>[];
  /** The runtime's process is gone and the next one is rendered. */
  readonly render: () => readonly ChannelPlan[];
  /** The relay died and the next one starts. */
  readonly relayStarts: () => readonly RelayChannel[];
  /** The container is started anew on the same volume. */
  readonly again: (channels?: readonly ChannelPlan[]) => AccessStage;
  readonly file: string;
  readonly counted: (name: string, value?: string) => number;
  readonly remove: () => void;
}

export const botChannel = (changes: Partial<ChannelPlan> = {}): ChannelPlan => ({
  name: 'telegram',
  type: 'telegram',
  mode: 'unclaimed',
  serves: 'native',
  groups: 'mention',
  fields: {},
  secrets: { token: '123456:secret-of-the-bot' },
  allowFrom: [],
  ...changes,
});

export function accessStage(
  channels: readonly ChannelPlan[] = [botChannel()],
  state = mkdtempSync(join(tmpdir(), 'clawden-access-')),
): AccessStage {
  const clock = fakeClock();
  const messages: AccessMessage[] = [];
  const logged: { message: string; fields: LogFields }[] = [];
  const counters = createCounters();
  const note = (message: string, fields: LogFields = {}): void => void logged.push({ message, fields });
  let restarts = 0;
  let relayRestarts = 0;
  let relayPid = 7;
  const container = {
    clock,
    log: { debug: note, info: note, warn: note, error: note },
    counters,
    places: { state },
    plan: {
      channels,
      provider: { provider: { name: 'echo' } },
      origins: { 'channels.telegram.allow_from': origin },
    },
    runtime: { descriptor: { stop: { budget: 1000 } } },
    checks: new Map(),
    traffic: new Map(),
    phase: 'up',
    zombies: () => 0,
    relay: {
      up: () => true,
      pid: () => relayPid,
      tell: (message: ToRelay) => {
        if (message.kind === 'access') messages.push(message);
      },
      restart: () => {
        relayRestarts += 1;
      },
    },
    supervised: {
      view: () => ({ state: 'running', serving: true, failingChannels: [] }),
      restart: () => {
        restarts += 1;
      },
    },
  } as unknown as Container;
  const access = createAccess(container);
  container.access = access;
  const render = (): readonly ChannelPlan[] => {
    const list = access.forRuntime();
    access.rendered(list);
    return list;
  };
  const relayStarts = (): readonly RelayChannel[] => {
    relayPid += 1;
    return access.relayStarts();
  };
  render();
  relayStarts();
  access.open();
  const api = channelsApi(container);
  return {
    clock,
    access,
    told: () => messages.splice(0),
    logged,
    restarts: () => restarts,
    relayRestarts: () => relayRestarts,
    heard: access.heard,
    say: (code, sender = '42', channel = 'telegram') =>
      access.heard({ kind: 'claim-tried', channel, sender: { id: sender, name: 'Ada' }, code }),
    code: (channel = 'telegram') => access.code(channel)?.claim?.code.replaceAll('-', '') ?? '',
    account: (name, account) => {
      container.checks.set(name, { reason: null, account });
      access.heard({ kind: 'channel', name, reason: null, account });
    },
    act: (action, id = '', channel = 'telegram') =>
      api?.act(channel, action, id) ?? { kind: 'refused', status: 0, code: 'none', message: '' },
    list: () => (api?.list() ?? []) as readonly Readonly<Record<string, unknown>>[],
    render,
    relayStarts,
    again: (next = channels) => accessStage(next, state),
    file: join(state, '.clawden/channels.json'),
    counted: (name, value = '') => counters.of(name).get(value) ?? 0,
    remove: () => rmSync(state, { recursive: true, force: true }),
  };
}

const origin = { kind: 'file', file: '/etc/clawden/clawden.yaml', line: 4, column: 18 } as const;
