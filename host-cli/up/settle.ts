import { channelAdvice } from '../../supervisor/errors/advice.ts';
import type { Engine } from '../engine.ts';
import { CliError } from '../errors.ts';
import type { ChannelHealth } from '../health.ts';
import { lastErrors } from '../log-lines.ts';
import type { Readiness } from '../ready.ts';

export interface Watched {
  readonly instance: string;
  readonly engine: Engine;
  readonly id: string;
  /** Milliseconds it was waited for at most. */
  readonly limit: number;
  /** As the user typed it, for the line to type again. */
  readonly command: string;
}

/** Why an instance is not ready, with the last words of its container, which stays: `logs` and `ps -a` show it. */
export async function whyNot(watched: Watched, outcome: Readiness): Promise<CliError | undefined> {
  const { engine, instance, id, command } = watched;
  switch (outcome.kind) {
    case 'ready':
      return undefined;
    case 'interrupted':
      return new CliError('interrupted');
    case 'degraded':
      return channelsError(instance, outcome.channels);
    case 'late': {
      const minutes = Math.round(watched.limit / 60_000);
      return new CliError('still-waiting', { instance, minutes, waiting: outcome.waiting });
    }
    case 'ended': {
      const container = await engine.container(id);
      if (!container || container.life.status === 'removing')
        return new CliError('container-gone', { instance, command });
      const details = lastErrors(await engine.tail(id, 2000));
      const why = container.outOfMemory ? ', out of memory: it needs a larger memory:' : '';
      const names = { instance, code: outcome.code, why, command };
      // It may have ended with 0, being stopped by somebody: it is not ready all the same.
      return new CliError('container-ended', names, { details, exit: outcome.code || 1 });
    }
    default: {
      const never: never = outcome;
      return never;
    }
  }
}

function channelsError(instance: string, channels: readonly ChannelHealth[]): CliError {
  const words = channels.map(
    ({ name, state, reason }) => `channel ${name} is ${state}: ${reason ?? 'no reason given'}`,
  );
  const reason = channels[0]?.reason ?? '';
  const next = Object.hasOwn(channelAdvice, reason)
    ? channelAdvice[reason as keyof typeof channelAdvice]
    : `{clawden} logs ${instance}`;
  return new CliError('channels-down', { instance, channels: words.join(', '), next });
}
