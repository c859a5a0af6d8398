import type { Container } from '../engine-records.ts';
import type { Answer } from './ask.ts';
import { type Channel, healthFacts, recordedHealth } from './health-facts.ts';
import { spoken } from './words.ts';

export type State =
  | 'not-started'
  | 'starting'
  | 'ready'
  | 'unready'
  | 'restarting'
  | 'stopping'
  | 'running'
  | 'paused'
  | 'stopped'
  | 'failed';

/** One instance as `clawden ps --json` gives it; docs/ps.md says what each field means. Null is "not known". */
export interface InstanceRow {
  readonly name: string;
  readonly runtime: string | null;
  readonly runtimeVersion: string | null;
  readonly state: State;
  /** For people: why it is not ready, or what is not known of it. */
  readonly reason: string | null;
  /** Codes: those of the health body, and those of `words.ts` for what kept us from asking. */
  readonly reasons: readonly string[];
  /** Who says so: the container itself, its last health check, the engine, or clawden.yaml alone. */
  readonly source: 'container' | 'health-check' | 'engine' | 'file';
  readonly startedAt: string | null;
  readonly uptimeSeconds: number | null;
  readonly endedAt: string | null;
  readonly exitCode: number | null;
  readonly restarts: Restarts | null;
  readonly port: number | null;
  readonly channels: readonly Channel[] | null;
  readonly container: { readonly id: string; readonly name: string; readonly status: string } | null;
}

export interface Restarts {
  readonly total: number;
  /** By the supervisor, in this life of the container; null where it did not say. */
  readonly runtime: number | null;
  /** By the engine's restart policy. */
  readonly container: number;
}

/** Why a container was not asked. */
export type NotAsked = { readonly kind: 'not-asked'; readonly code: 'engine-elsewhere' | 'no-port' };

type Said = Pick<InstanceRow, 'state' | 'reason' | 'reasons' | 'source'> &
  Partial<Pick<InstanceRow, 'runtimeVersion' | 'channels' | 'uptimeSeconds'>> & {
    readonly runtimeRestarts?: number | null;
  };

/** Puts together what the engine knows and what the container said. `now` is in milliseconds since 1970. */
export function instanceRow(container: Container, answer: Answer | NotAsked, now: number): InstanceRow {
  const { life } = container;
  const said = life.status === 'running' ? saidBy(container, answer, now) : ending(container);
  const started = life.startedAt === undefined ? undefined : Date.parse(life.startedAt);
  const ended = life.status === 'exited' || life.status === 'dead';
  const uptime = started === undefined ? null : Math.max(0, Math.round((now - started) / 1000));
  const runtimeRestarts = said.runtimeRestarts ?? null;
  return {
    name: container.instance,
    runtime: container.runtime || null,
    runtimeVersion: said.runtimeVersion ?? life.runtimeVersion ?? null,
    state: said.state,
    reason: said.reason,
    reasons: said.reasons,
    source: said.source,
    startedAt: iso(life.startedAt),
    uptimeSeconds: container.running ? (said.uptimeSeconds ?? uptime) : null,
    endedAt: ended ? iso(life.endedAt) : null,
    exitCode: ended ? container.exitCode : null,
    restarts: {
      total: life.restarts + (runtimeRestarts ?? 0),
      runtime: runtimeRestarts,
      container: life.restarts,
    },
    port: container.port ?? null,
    channels: said.channels ?? null,
    container: { id: container.id, name: container.name, status: life.status },
  };
}

/** An instance that clawden.yaml names and no container is there for. */
export function absentRow(name: string, runtime: string | null): InstanceRow {
  return {
    ...{
      name,
      runtime,
      runtimeVersion: null,
      state: 'not-started',
      reason: null,
      reasons: [],
      source: 'file',
    },
    ...{ startedAt: null, uptimeSeconds: null, endedAt: null, exitCode: null, restarts: null, port: null },
    ...{ channels: null, container: null },
  };
}

function saidBy(container: Container, answer: Answer | NotAsked, now: number): Said {
  if (answer.kind === 'answered') {
    const uptime = answer.uptimeSeconds === undefined ? {} : { uptimeSeconds: answer.uptimeSeconds };
    return { ...healthFacts(answer.health), ...uptime, source: 'container' };
  }
  const code = answer.kind === 'not-asked' ? answer.code : answer.kind;
  if (answer.kind === 'silent') {
    const state = isYoung(container, now) ? 'starting' : 'unready';
    return { state, reason: `${spoken(code)} (${answer.reason})`, reasons: ['silent'], source: 'engine' };
  }
  const recorded = recordedHealth(container.life.check);
  if (!recorded) return { state: 'running', reason: spoken(code), reasons: [code], source: 'engine' };
  const { facts, at } = recorded;
  const age = at === undefined ? '' : `, ${Math.max(0, Math.round((now - at) / 1000))} s ago`;
  const reason = `${facts.reason ? `${facts.reason}; ` : ''}${spoken(code)}: as its health check says${age}`;
  return { ...facts, reason, reasons: [code, ...facts.reasons], source: 'health-check' };
}

const YOUNG = 20_000;

/** The port opens within the first seconds; the engine counts the image's own start period. */
function isYoung({ life }: Container, now: number): boolean {
  if (life.check) return life.check.status === 'starting';
  return life.startedAt !== undefined && now - Date.parse(life.startedAt) < YOUNG;
}

function ending({ exitCode, outOfMemory, life }: Container): Said {
  const said = (state: State, reason: string | null): Said => {
    return { state, reason, reasons: [], source: 'engine' };
  };
  switch (life.status) {
    case 'paused':
      return said('paused', null);
    case 'restarting':
      return said('restarting', `it ended with code ${exitCode}; the engine starts it again`);
    case 'created':
      return said('not-started', life.error ?? null);
    case 'removing':
      return said('stopping', null);
    default: {
      const why = outOfMemory ? 'out of memory' : life.error;
      return said(exitCode === 0 && !why ? 'stopped' : 'failed', why ?? null);
    }
  }
}

function iso(time: string | undefined): string | null {
  return time === undefined ? null : new Date(time).toISOString();
}
