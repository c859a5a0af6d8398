import type { ChannelReason, ChannelSign, Millis } from '../../runtimes/contract.ts';

/** A sign counts until the runtime takes it back or stops repeating it; polling clients wait up to 12 minutes. */
const lasts: Millis = 15 * 60_000;

export interface Signs {
  /** Reads one output line of the runtime. Says whether it tells of new trouble. */
  readonly read: (line: string, now: Millis) => boolean;
  readonly of: (type: string, now: Millis) => ChannelReason | undefined;
  readonly forget: () => void;
}

/** What a runtime's output tells of its channels, for runtimes whose probes do not. */
export function createSigns(patterns: readonly ChannelSign[]): Signs {
  const seen = new Map<string, { reason: ChannelReason; at: Millis; lasts: Millis }>();
  return {
    read(line, now) {
      const sign = patterns.find((candidate) => candidate.pattern.test(line));
      if (!sign) return false;
      if (sign.reason === null) {
        seen.delete(sign.type);
        return false;
      }
      const changed = seen.get(sign.type)?.reason !== sign.reason;
      seen.set(sign.type, { reason: sign.reason, at: now, lasts: sign.lasts ?? lasts });
      return changed;
    },
    of(type, now) {
      const sign = seen.get(type);
      return sign && now - sign.at < sign.lasts ? sign.reason : undefined;
    },
    forget: () => seen.clear(),
  };
}
