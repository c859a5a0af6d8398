import type { ChannelReason } from '../runtimes/contract.ts';
import { channelAdvice } from '../supervisor/errors/advice.ts';
import type { Health } from './health.ts';
import { program } from './program.ts';
import type { Colors } from './ui.ts';

export interface ReadyReport {
  readonly instance: string;
  readonly runtime: string;
  readonly port: number;
  readonly seconds: number;
  readonly already: boolean;
  readonly health: Health;
  /** Other instances run in this project: the lines to type need the name. */
  readonly several: boolean;
}

/** What is said once an instance is ready: where it is, what answers, what to type next. */
export function readyReport(report: ReadyReport, colors: Colors): string {
  const { instance, health, port } = report;
  const title = [health.runtime?.name ?? report.runtime, health.runtime?.version].filter(Boolean).join(' ');
  const state = report.already ? 'is running already' : `is ready after ${report.seconds} s`;
  const who = report.several ? ` ${instance}` : '';
  const clawden = program();
  const named = title.startsWith(instance) ? title : `${instance} (${title})`;
  return [
    `${colors.green('✔')} ${colors.bold(named)} ${state}`,
    '',
    ...rows([
      ['address', `http://127.0.0.1:${port}`],
      ['model', modelLine(health)],
      ...(health.channels ?? []).map((channel): [string, string] => [
        `channel ${channel.name}`,
        channel.reason
          ? `${channel.state === channel.reason ? channel.state : `${channel.state} (${channel.reason})`}: ${advice(channel.reason)}`
          : (channel.state ?? ''),
      ]),
      ['talk', `${clawden} chat${who} "hello"`],
      ['watch', `${clawden} logs${who} -f`],
      ['stop', `${clawden} stop${who}`],
    ]),
  ].join('\n');
}

/** Said of an instance whose provider is echo. */
export const echoWords =
  'echo: no model, it repeats your words; set a key such as ANTHROPIC_API_KEY and run again';

function modelLine(health: Health): string {
  if (health.provider !== 'echo') return health.provider ?? 'unknown';
  return echoWords;
}

function rows(pairs: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...pairs.map(([name]) => name.length));
  return pairs.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`);
}

/** What to do about it; a newer image may know reasons that this command does not. */
function advice(reason: string): string {
  return Object.hasOwn(channelAdvice, reason) ? channelAdvice[reason as ChannelReason] : 'see its log';
}
