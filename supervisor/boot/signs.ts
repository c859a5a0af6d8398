import type { ChannelReason, ChannelSign, Millis } from '../../runtimes/contract.ts';

/** A sign counts as long as the runtime repeats it; polling clients retry within half a minute. */
const lasts: Millis = 90_000;

export interface Signs {
  /** Reads one output line of the runtime. Says whether it changed what is known. */
  readonly read: (line: string, now: Millis) => boolean;
  readonly of: (type: string, now: Millis) => ChannelReason | undefined;
  readonly forget: () => void;
}

/** What a runtime's output tells of its channels, for runtimes whose probes do not. */
export function createSigns(patterns: readonly ChannelSign[]): Signs {
  const seen = new Map<string, { reason: ChannelReason; at: Millis }>();
  return {
    read(line, now) {
      const sign = patterns.find((candidate) => candidate.pattern.test(line));
      if (!sign) return false;
      const changed = seen.get(sign.type)?.reason !== sign.reason;
      seen.set(sign.type, { reason: sign.reason, at: now });
      return changed;
    },
    of(type, now) {
      const sign = seen.get(type);
      return sign && now - sign.at < lasts ? sign.reason : undefined;
    },
    forget: () => seen.clear(),
  };
}
