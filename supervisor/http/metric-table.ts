import type { ChannelReason, ExitClass } from '../../runtimes/contract.ts';
import type { MemoryFacts } from '../supervise/cgroup.ts';
import { transitions } from '../supervise/states.ts';
import type { ChannelHealth, Health } from './health.ts';

/** All that a metric may tell of: it is readable without a token, so nothing here may hold a name of the user's. */
export interface MetricFacts {
  readonly health: Health;
  readonly version: string;
  readonly droppedLines: number;
  readonly zombies: number;
  readonly memory: MemoryFacts;
  /** Answers and refusals of the door for one-time secrets. */
  readonly secretDoor: { readonly given: number; readonly refused: number };
  /** Services of tools, by state. */
  readonly services: Readonly<Record<string, number>>;
  /** Messages that the relay has not answered yet, by channel type. */
  readonly waiting: Readonly<Record<string, number>>;
  readonly own: OwnFacts;
  readonly counted: Counts;
}

/** Of PID 1 itself. */
export interface OwnFacts {
  readonly residentBytes: number;
  readonly cpuSeconds: number;
  readonly openFiles: number;
  /** Unix time. */
  readonly startSeconds: number;
}

/** What `counted` metrics have come to, by label value; '' where there is no label. */
export interface Counts {
  readonly of: (name: string) => ReadonlyMap<string, number>;
}

export interface Metric {
  readonly type: 'gauge' | 'counter';
  readonly help: string;
  readonly labels: readonly string[];
  readonly read: (facts: MetricFacts, name: string) => readonly Sample[];
}

export interface Sample {
  /** In the order of `labels`. */
  readonly at: readonly string[];
  readonly value: number;
}

// A new reason or class that is missing here does not compile.
const reasons = keys<ChannelReason>({
  'token-rejected': 0,
  'token-revoked': 0,
  'token-missing': 0,
  'missing-scope': 0,
  'session-limit': 0,
  'poller-conflict': 0,
  unreachable: 0,
  unclaimed: 0,
  down: 0,
  'queue-full': 0,
  'disk-full': 0,
  'relay-down': 0,
});
const classes = keys<Exclude<ExitClass, 'asked' | 'config'>>({
  'restart-request': 0,
  'port-in-use': 0,
  'lock-loser': 0,
  'out-of-memory': 0,
  hung: 0,
  crash: 0,
});
const channelStates = keys<ChannelHealth['state']>({ up: 0, connecting: 0, down: 0, unclaimed: 0 });

/**
 * Every metric, once: docs/metrics.md is generated from it. One that counts events is a `counted` line here and
 * `counters.add(NAME, VALUE)` where it happens.
 * Names as https://prometheus.io/docs/practices/naming/ and https://prometheus.io/docs/instrumenting/writing_clientlibs/ want.
 */
export const metricTable = {
  clawden_build_info: labelled(
    'gauge',
    'Always 1; the version of the image is a label.',
    ['version'],
    (f) => [sample(1, f.version)],
  ),
  clawden_runtime_info: labelled(
    'gauge',
    'Always 1; the runtime and its version.',
    ['runtime', 'version'],
    (f) => (f.health.runtime ? [sample(1, f.health.runtime.name, f.health.runtime.version)] : []),
  ),
  clawden_up: gauge('Whether /health answers 200.', (f) => Number(f.health.status !== 'failed')),
  clawden_ready: gauge('Whether /ready answers 200.', (f) => Number(f.health.status === 'ready')),
  clawden_relay_up: gauge('Whether the relay listens.', (f) => Number(f.health.relay === 'up')),
  clawden_runtime_state: labelled(
    'gauge',
    'The state of the runtime: 1 for it, 0 for the others.',
    ['state'],
    (f) =>
      Object.keys(transitions).map((state) =>
        sample(Number((f.health.runtime?.state ?? 'idle') === state), state),
      ),
  ),
  clawden_runtime_restarts_total: counted(
    'Starts of the runtime after an unasked exit, by its class.',
    'class',
    classes,
  ),
  clawden_relay_restarts_total: counted('Starts of the relay after it had ended unasked.'),
  clawden_access_restarts_total: counted(
    'Restarts of the runtime because other people may talk on a native channel.',
  ),
  clawden_claim_tries_total: counted('Codes that were brought to claim a channel.', 'result', [
    'right',
    'wrong',
  ]),
  clawden_claim_locks_total: counted('Codes that are void because they were guessed at too often.'),
  clawden_channels: labelled('gauge', 'Channels by type and state.', ['type', 'state'], (f) =>
    types(f).flatMap((type) =>
      channelStates.map((state) => channels(f, type, (one) => one.state === state, state)),
    ),
  ),
  clawden_channels_not_up: labelled(
    'gauge',
    'Channels that are not up, by type and reason.',
    ['type', 'reason'],
    (f) =>
      types(f).flatMap((type) =>
        reasons.map((reason) => channels(f, type, (one) => one.reason === reason, reason)),
      ),
  ),
  clawden_messages_waiting: labelled(
    'gauge',
    'Messages of relayed channels that wait for an answer, by type.',
    ['type'],
    (f) => Object.entries(f.waiting).map(([type, count]) => sample(count, type)),
  ),
  clawden_tool_services: labelled('gauge', 'Services of tools, by state.', ['state'], (f) =>
    Object.entries(f.services).map(([state, count]) => sample(count, state)),
  ),
  clawden_secrets_given_total: counter(
    'Answers to a runtime that asked for its one-time secrets.',
    (f) => f.secretDoor.given,
  ),
  clawden_secrets_refused_total: counter(
    'Requests for these secrets that were refused.',
    (f) => f.secretDoor.refused,
  ),
  clawden_log_lines_dropped_total: counter('Lines lost because nobody read the log.', (f) => f.droppedLines),
  clawden_zombies: gauge(
    'Ended processes that wait to be reaped; above 0 for long means trouble.',
    (f) => f.zombies,
  ),
  clawden_memory_bytes: gauge('Memory of the container as its cgroup counts it.', (f) => f.memory.usage),
  clawden_memory_limit_bytes: gauge(
    'Limit of that memory; absent when there is none.',
    (f) => f.memory.limit,
  ),
  clawden_memory_kills_total: counter('Processes killed for want of memory.', (f) => f.memory.kills),
  process_resident_memory_bytes: gauge('Resident memory of the supervisor.', (f) => f.own.residentBytes),
  process_cpu_seconds_total: counter('CPU time of the supervisor.', (f) => f.own.cpuSeconds),
  process_open_fds: gauge('Open file descriptors of the supervisor.', (f) => f.own.openFiles),
  process_start_time_seconds: gauge('Start of the supervisor in unix time.', (f) => f.own.startSeconds),
} satisfies Record<string, Metric>;

/** Those that `counters.add` takes. */
export type CounterName = {
  [Name in keyof typeof metricTable]: (typeof metricTable)[Name] extends Counted ? Name : never;
}[keyof typeof metricTable];

type Counted = Metric & { readonly counted: true };
type Read = (facts: MetricFacts) => number | undefined;

function gauge(help: string, read: Read): Metric {
  return labelled('gauge', help, [], (facts) => only(read(facts)));
}

function counter(help: string, read: Read): Metric {
  return labelled('counter', help, [], (facts) => only(read(facts)));
}

function labelled(
  type: Metric['type'],
  help: string,
  labels: readonly string[],
  read: (facts: MetricFacts) => readonly Sample[],
): Metric {
  return { type, help, labels, read };
}

/** Values of the label that are known before they happen begin at 0, so that their first rise can be seen. */
function counted(help: string, label?: string, known: readonly string[] = []): Counted {
  return {
    counted: true,
    type: 'counter',
    help,
    labels: label === undefined ? [] : [label],
    read: ({ counted: counts }, name) => {
      const of = counts.of(name);
      if (label === undefined) return [sample(of.get('') ?? 0)];
      return [...new Set([...known, ...of.keys()])].map((value) => sample(of.get(value) ?? 0, value));
    },
  };
}

function sample(value: number, ...at: string[]): Sample {
  return { at, value };
}

function only(value: number | undefined): readonly Sample[] {
  return value === undefined ? [] : [sample(value)];
}

function types({ health }: MetricFacts): string[] {
  return [...new Set(health.channels.map(({ type }) => type))];
}

function channels(
  { health }: MetricFacts,
  type: string,
  counts: (channel: ChannelHealth) => boolean,
  label: string,
): Sample {
  return sample(health.channels.filter((one) => one.type === type && counts(one)).length, type, label);
}

function keys<Key extends string>(all: Readonly<Record<Key, 0>>): readonly Key[] {
  return Object.keys(all) as Key[];
}
