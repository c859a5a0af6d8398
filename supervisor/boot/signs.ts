import type { ChannelSign, Millis, NativeName } from '../../runtimes/contract.ts';
import type { Sign } from '../http/health.ts';

/** A sign counts until the runtime takes it back or stops repeating it; polling clients wait up to 12 minutes. */
const lasts: Millis = 15 * 60_000;

export interface Signs {
  /** Reads one output line of the runtime. Gives whom new trouble is about; undefined: it tells of none. */
  readonly read: (line: string, now: Millis) => NativeName | undefined;
  /** What counts for this channel now. */
  readonly of: (channel: Required<NativeName>, now: Millis) => Sign | undefined;
  readonly forget: () => void;
}

interface Seen extends Sign {
  readonly at: Millis;
  readonly lasts: Millis;
}

/** What a runtime's output tells of its channels, for runtimes whose probes do not. */
export function createSigns(patterns: readonly ChannelSign[]): Signs {
  const seen = new Map<string, Seen>();
  const current = (name: NativeName, now: Millis): Seen | undefined => {
    const sign = seen.get(keyOf(name));
    return sign && now - sign.at < sign.lasts ? sign : undefined;
  };
  return {
    read(line, now) {
      const found = firstMatch(patterns, line);
      if (!found) return undefined;
      const { sign, name } = found;
      if (sign.reason === null) {
        takeBack(seen, name);
        return undefined;
      }
      const before = current(name, now);
      const [repeated, ofType] = [sign.lasts !== undefined, name.account === undefined];
      seen.set(keyOf(name), { reason: sign.reason, at: now, lasts: sign.lasts ?? lasts, repeated, ofType });
      return before?.reason === sign.reason ? undefined : name;
    },
    of: ({ type, account }, now) =>
      current({ type, account }, now) ?? current({ account }, now) ?? current({ type }, now),
    forget: () => seen.clear(),
  };
}

function firstMatch(
  patterns: readonly ChannelSign[],
  line: string,
): { readonly sign: ChannelSign; readonly name: NativeName } | undefined {
  for (const sign of patterns) {
    const match = sign.pattern.exec(line);
    if (!match) continue;
    const account = match.groups?.['account'];
    const type = sign.type === undefined ? {} : { type: sign.type };
    return { sign, name: { ...type, ...(account === undefined ? {} : { account }) } };
  }
  return undefined;
}

/** What works for one account is no trouble of its whole type; what works for all is none of any. */
function takeBack(seen: Map<string, Seen>, { type, account }: NativeName): void {
  for (const key of seen.keys()) {
    const [seenType, seenAccount] = key.split(' ');
    if (seenType === type && (account === undefined || ['', account].includes(seenAccount ?? '')))
      seen.delete(key);
  }
}

/** No type and no account has a space in it. */
function keyOf({ type = '', account = '' }: NativeName): string {
  return `${type} ${account}`;
}
