import type { Health } from './health.ts';

/** Prometheus text format 0.0.4. Reason codes and numbers only: it is readable without a token. */
export function metrics(
  health: Health,
  uptimeSeconds: number,
  droppedLines: number,
  secretDoor: { readonly given: number; readonly refused: number },
): string {
  const lines = [
    '# HELP clawden_up Whether the container is alive as /health says.',
    '# TYPE clawden_up gauge',
    `clawden_up ${health.status === 'failed' ? 0 : 1}`,
    '# HELP clawden_ready Whether the runtime serves as /ready says.',
    '# TYPE clawden_ready gauge',
    `clawden_ready ${health.status === 'ready' ? 1 : 0}`,
    '# HELP clawden_runtime_restarts_total Unasked exits of the runtime that were followed by a restart.',
    '# TYPE clawden_runtime_restarts_total counter',
    `clawden_runtime_restarts_total ${health.runtime?.restarts ?? 0}`,
    '# HELP clawden_uptime_seconds Seconds since the supervisor began.',
    '# TYPE clawden_uptime_seconds gauge',
    `clawden_uptime_seconds ${uptimeSeconds.toFixed(1)}`,
    '# HELP clawden_log_lines_dropped_total Lines lost because the reader of the log had stopped.',
    '# TYPE clawden_log_lines_dropped_total counter',
    `clawden_log_lines_dropped_total ${droppedLines}`,
    '# HELP clawden_secrets_given_total Starts of the runtime that got their secrets at the secret door.',
    '# TYPE clawden_secrets_given_total counter',
    `clawden_secrets_given_total ${secretDoor.given}`,
    '# HELP clawden_secrets_refused_total Requests for these secrets that were refused.',
    '# TYPE clawden_secrets_refused_total counter',
    `clawden_secrets_refused_total ${secretDoor.refused}`,
    '# HELP clawden_channel_up Whether a channel is up, by name, type and mode.',
    '# TYPE clawden_channel_up gauge',
    ...health.channels.map(
      ({ name, type, mode, state }) =>
        `clawden_channel_up{name="${name}",type="${type}",mode="${mode}"} ${state === 'up' ? 1 : 0}`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}
