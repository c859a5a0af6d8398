import { channelTypes } from '../../supervisor/channels/fields.ts';
import { channelAdvice } from '../../supervisor/errors/advice.ts';
import type { Given } from '../given.ts';
import { faultOf } from './fault.ts';
import type { Readers, Tested } from './test-accounts.ts';

/** One channel as `clawden channels test --json` gives it; docs/channels.md says what each field means. */
export interface Outcome {
  /** Null: variables alone declare the channel. */
  readonly instance: string | null;
  readonly channel: string;
  readonly type: string;
  /** As the platform calls it; null where it did not say. */
  readonly account: string | null;
  readonly good: boolean;
  /** Reason code of the channel's health; null when good. */
  readonly reason: string | null;
  /** More exact than the reason: `webhook-set`, `other-reader`, `slow`, `no-network`, … */
  readonly cause: string | null;
  readonly message: string;
  /** What to do; `{clawden}` is not filled in yet. Null when there is nothing to do. */
  readonly fix: string | null;
  readonly readers: Readers['kind'];
  readonly milliseconds: number;
}

export interface Circumstances {
  readonly given: Given;
  readonly environment: NodeJS.ProcessEnv;
  /** Milliseconds that each account had. */
  readonly limit: number;
}

/** What a test means and what to do about it. */
export function outcomeOf(tested: Tested, circumstances: Circumstances): Outcome {
  const { channel, result, readers, milliseconds } = tested;
  const said = saidOf(tested, circumstances);
  return {
    instance: channel.instance ?? null,
    channel: channel.plan.name,
    type: channel.plan.type,
    account: result?.account ?? null,
    good: said.reason === null,
    ...said,
    readers: readers.kind,
    milliseconds,
  };
}

type Said = Pick<Outcome, 'reason' | 'cause' | 'message' | 'fix'>;

function saidOf(tested: Tested, circumstances: Circumstances): Said {
  const { channel, result, readers } = tested;
  if (!result) {
    const { code, message, fix } = faultOf(channel, circumstances.given) ?? untestable(channel.plan.type);
    return { reason: code, cause: null, message, fix };
  }
  const { reason, details } = result;
  if (reason === null) return goodOf(tested);
  const [what = reason, todo = ''] = splitAdvice(channelAdvice[reason]);
  const said = { reason, cause: details?.cause ?? null, message: details?.text ?? what };
  if (readers.kind === 'other') return { ...said, fix: details?.fix ?? todo };
  return {
    ...said,
    message: said.cause === 'slow' ? `no answer within ${circumstances.limit / 1000} s` : said.message,
    fix: details?.fix ?? fixOf(tested, reason, said.cause, circumstances) ?? todo,
  };
}

function goodOf({ channel, result, readers }: Tested): Said {
  const good = { reason: null, cause: result?.details?.cause ?? null, fix: null };
  switch (readers.kind) {
    case 'none':
      return { ...good, message: 'good; nobody else reads it' };
    case 'unknown': {
      const why = readers.why === undefined ? '' : `: ${readers.why}`;
      return { ...good, message: `good; whether another program reads it was not found out${why}` };
    }
    case 'not-asked':
      return { ...good, message: result?.details?.text ?? 'good' };
    case 'other':
      return { ...good, message: 'good' };
    case 'ours': {
      const { instance, elsewhere } = readers;
      const mine = channel.instance === undefined || channel.instance === instance;
      if (elsewhere === undefined && mine) return { ...good, message: `good; ${instance} reads it just now` };
      const where = elsewhere === undefined ? 'this project' : elsewhere;
      return {
        reason: 'poller-conflict',
        cause: 'held',
        message: `${instance} in ${where} reads it: one token, one instance`,
        fix: `stop that one${elsewhere === undefined ? `: {clawden} stop ${instance}` : ''}, or make a bot for each`,
      };
    }
    default: {
      const never: never = readers;
      return never;
    }
  }
}

/** Where the line to change or to type is known better here than where the reason was found. */
function fixOf(
  { channel }: Tested,
  reason: string,
  cause: string | null,
  { given, environment }: Circumstances,
): string | undefined {
  if (reason === 'token-rejected' || reason === 'token-revoked') {
    const lines = channel.variables.map((name) => {
      const place = given.placeOf(name);
      return `${name}=…${place === undefined ? '' : ` (now from ${place})`}`;
    });
    return lines.length === 0 ? undefined : `put the right one into .env: ${lines.join('   and   ')}`;
  }
  if (cause === 'slow') return '{clawden} channels test --timeout 60';
  if (cause === 'platform-error') return `try again in a minute; check ${addressOf(channel)} where it is set`;
  if (cause !== 'no-network') return undefined;
  const proxy = ['HTTPS_PROXY', 'https_proxy'].find((name) => environment[name]);
  if (proxy === undefined || environment['NODE_USE_ENV_PROXY']) {
    return `check the network of this machine, and ${addressOf(channel)} where it is set`;
  }
  return `through ${proxy}, with Node 24 or newer: NODE_USE_ENV_PROXY=1 {clawden} channels test`;
}

/** The field that says where the platform, or the receiver of a webhook, is. */
function addressOf({ plan }: Tested['channel']): string {
  const type = channelTypes.find((each) => each.type === plan.type);
  return type?.fields.find(({ kind }) => kind === 'url' || kind === 'endpoint')?.name ?? 'its address';
}

function splitAdvice(advice: string): readonly string[] {
  const [what = '', ...rest] = advice.split(': ');
  return rest.length === 0 ? [] : [what, rest.join(': ')];
}

function untestable(type: string): { readonly code: string; readonly message: string; readonly fix: string } {
  return { code: 'not-tested', message: `there is no test for ${type}`, fix: '{clawden} channels' };
}
