import type { ChannelPlan, ChannelReason, NativeName, Rendered } from '../../runtimes/contract.ts';
import type { RuntimeView } from '../supervise/runtime.ts';

/** Where the container stands as a whole. */
export type Phase = 'booting' | 'up' | 'draining' | 'over';

export interface HealthInput {
  readonly phase: Phase;
  readonly instance: string | null;
  readonly runtime: { readonly name: string; readonly version: string; readonly view: RuntimeView } | null;
  readonly relay: 'up' | 'down';
  readonly provider: string | null;
  readonly channels: readonly ChannelFacts[];
  readonly zombies: number;
}

export interface ChannelFacts {
  readonly plan: ChannelPlan;
  /** What the platform said to our own question; undefined: not asked yet. */
  readonly check?: ChannelReason | null;
  readonly account?: string;
  /** What the runtime's output said of it lately. */
  readonly sign?: Sign;
  /** Native, but the runtime that runs was started without it. */
  readonly awaited?: boolean;
}

/** What a line of the runtime's output said of a channel. */
export interface Sign {
  readonly reason: ChannelReason;
  /** The runtime would have repeated it, so that its silence means the trouble is over. */
  readonly repeated: boolean;
  /** It was said without an account: another channel of the type may be meant. */
  readonly ofType: boolean;
}

export interface Health {
  readonly status: 'starting' | 'ready' | 'unready' | 'draining' | 'failed';
  readonly instance: string | null;
  readonly runtime: {
    readonly name: string;
    readonly version: string;
    readonly state: RuntimeView['state'];
    readonly restarts: number;
    readonly reason: string | null;
  } | null;
  readonly relay: 'up' | 'down';
  readonly provider: string | null;
  readonly channels: readonly ChannelHealth[];
  readonly reasons: readonly string[];
}

export interface ChannelHealth {
  readonly name: string;
  readonly type: string;
  readonly mode: ChannelPlan['mode'];
  readonly state: 'up' | 'connecting' | 'down' | 'unclaimed';
  readonly reason: ChannelReason | null;
}

/** The one body of /health and /ready. Reason codes only: it is readable without a token. */
export function health(input: HealthInput): Health {
  const view = input.runtime?.view;
  const ailing = ailingTypes(input.channels);
  const channels = input.channels.map((facts) =>
    facts.plan.mode === 'relayed'
      ? relayedHealth(facts, input.relay)
      : channelHealth(facts, view, ailing.has(facts.plan.type)),
  );
  return {
    status: status(input),
    instance: input.instance,
    runtime: input.runtime && {
      name: input.runtime.name,
      version: input.runtime.version,
      state: input.runtime.view.state,
      restarts: input.runtime.view.restarts,
      reason: input.runtime.view.reason,
    },
    relay: input.relay,
    provider: input.provider,
    channels,
    reasons: reasons(input, channels),
  };
}

/** 200 for /health: the supervisor works, and the runtime runs or is being brought back. */
export function isAlive(health: Health): boolean {
  return health.status !== 'failed';
}

/** 200 for /ready; `strict` (`?channels=1`) also wants every claimed channel up. */
export function isReady(health: Health, strict: boolean): boolean {
  if (health.status !== 'ready') return false;
  return (
    !strict || health.channels.every((channel) => channel.state === 'up' || channel.state === 'unclaimed')
  );
}

function status(input: HealthInput): Health['status'] {
  const view = input.runtime?.view;
  if (input.phase === 'over' || view?.state === 'failed' || view?.state === 'stopped') return 'failed';
  if (input.phase === 'draining') return 'draining';
  if (!view || view.state === 'idle' || input.phase === 'booting') return 'starting';
  if (view.state === 'running' && view.serving && input.relay === 'up') return 'ready';
  return view.state === 'starting' && view.restarts === 0 ? 'starting' : 'unready';
}

function reasons(input: HealthInput, channels: readonly ChannelHealth[]): string[] {
  const view = input.runtime?.view;
  const list: string[] = [];
  if (input.phase !== 'up') list.push(input.phase);
  if (view && view.state !== 'running') list.push(`runtime-${view.state}`);
  if (view?.state === 'running' && !view.serving) list.push('runtime-not-serving');
  if (input.phase === 'up' && input.relay === 'down') list.push('relay-down');
  for (const channel of channels) {
    if (channel.reason) list.push(`channel-${channel.name}-${channel.reason}`);
  }
  if (input.zombies > 0) list.push('zombies');
  return list;
}

/** How the runtime calls a channel that it speaks by itself. */
export function nativeName({ name, type }: ChannelPlan, rendered: Names): Required<NativeName> {
  return { type, account: rendered?.channelNames?.[name] ?? name };
}

type Names = Pick<Rendered, 'channelNames'> | null | undefined;

/** Whether what the runtime says of `meant` is about this channel. */
export function isMeant(meant: NativeName, channel: ChannelPlan, rendered: Names): boolean {
  const { type, account } = nativeName(channel, rendered);
  return channel.mode === 'native' && (meant.type ?? type) === type && (meant.account ?? account) === account;
}

/** Types that have a channel of which trouble is known for certain: it is the likelier one when none is named. */
function ailingTypes(channels: readonly ChannelFacts[]): ReadonlySet<string> {
  const ailing = channels.filter(
    ({ plan, check, sign }) => plan.mode === 'native' && (check || (sign && !sign.ofType)),
  );
  return new Set(ailing.map(({ plan }) => plan.type));
}

function channelHealth(
  facts: ChannelFacts,
  view: RuntimeView | undefined,
  typeIsAiling: boolean,
): ChannelHealth {
  const { name, type, mode } = facts.plan;
  // Nobody can claim what the relay does not hear.
  const hopeless = facts.check && deaf.has(facts.check) ? facts.check : undefined;
  if (mode === 'unclaimed') return { name, type, mode, state: 'unclaimed', reason: hopeless ?? 'unclaimed' };
  if (facts.awaited) return { name, type, mode, state: 'connecting', reason: null };
  const isOther = typeIsAiling && facts.check === null;
  const failing =
    view?.failingChannels.some(
      (meant) => isMeant(meant, facts.plan, view.rendered) && !(meant.account === undefined && isOther),
    ) ?? false;
  const reason = channelReason(facts, failing, typeIsAiling);
  if (reason) return { name, type, mode, state: 'down', reason };
  return { name, type, mode, state: view?.serving ? 'up' : 'connecting', reason: null };
}

/** The relay itself is connected to it, and says how that goes. */
function relayedHealth({ plan, check }: ChannelFacts, relay: HealthInput['relay']): ChannelHealth {
  const { name, type, mode } = plan;
  const reason = relay === 'down' ? 'relay-down' : (check ?? null);
  if (reason) return { name, type, mode, state: 'down', reason };
  return { name, type, mode, state: check === null ? 'up' : 'connecting', reason: null };
}

const refused: ReadonlySet<ChannelReason> = new Set(['token-rejected', 'token-revoked', 'missing-scope']);
const deaf: ReadonlySet<ChannelReason> = new Set([...refused, 'poller-conflict', 'session-limit']);

function channelReason(facts: ChannelFacts, failing: boolean, typeIsAiling: boolean): ChannelReason | null {
  const { sign } = facts;
  // Its output tells of a failed request but not of the next one that worked; our own question is repeated until then.
  const isOld = sign?.reason === 'unreachable' && !sign.repeated;
  const isOthers = sign?.ofType && typeIsAiling;
  if (sign && !(facts.check === null && (isOld || isOthers))) return sign.reason;
  // A platform that we could not reach may be in reach for the runtime; a refused token is refused for both.
  if (facts.check && (failing || refused.has(facts.check))) return facts.check;
  return failing ? 'down' : null;
}
