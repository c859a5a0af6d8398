import type { LogLevel } from '../../../runtimes/contract.ts';
import { near, shown } from '../../errors/wording.ts';
import type { Written } from '../settings.ts';
import type { KnownRuntime, Variable } from '../types.ts';
import { type Context, listOf, pick, report, twice } from './context.ts';

const logLevels: readonly LogLevel[] = ['error', 'warn', 'info', 'debug'];

/** `config.port`, else the runtime's usual one. Below 1024 a process without capabilities cannot listen. */
export function choosePort(context: Context, runtime: KnownRuntime | undefined): number {
  const usual = runtime?.descriptor.defaultPort ?? 0;
  const written = context.settings.port;
  if (!written) return usual;
  context.origins['config.port'] = written.at.where;
  const { value } = written;
  const port = typeof value === 'string' && /^\d{1,5}$/.test(value) ? Number(value) : value;
  if (typeof port === 'number' && Number.isInteger(port) && port >= 1024 && port <= 65_535) return port;
  report(context, 'bad-port', { value: shown(JSON.stringify(value)) }, written.at);
  return usual;
}

/** `config.log_level` or CLAWDEN_LOG_LEVEL. */
export function chooseLogLevel(context: Context): LogLevel {
  const { settings, input } = context;
  const file = settings.logLevel && { value: String(settings.logLevel.value), at: settings.logLevel.at };
  const chosen = pick(context, 'config.log_level', file, input.variables.get('CLAWDEN_LOG_LEVEL'));
  if (!chosen) return 'info';
  const level = logLevels.find((candidate) => candidate === chosen.value);
  if (level) return level;
  const path = chosen.at.where.kind === 'file' ? 'config.log_level' : 'CLAWDEN_LOG_LEVEL';
  const detail = `is "${shown(chosen.value)}"${near(chosen.value, logLevels)}`;
  report(context, 'wrong-value', { path, detail, expected: logLevels.join(', ') }, chosen.at);
  return 'info';
}

/** Tools in the order named, each once. */
export function chooseTools(context: Context): readonly string[] {
  const { settings, input } = context;
  const variable = input.variables.get('TOOLS');
  const named =
    variable && listOf(variable.value).map((value) => ({ value, at: { where: variable.origin } }));
  const written = settings.tools ?? named ?? [];
  const names = unique(written);
  const place = settings.tools?.[0]?.at ?? context.settings.keyPlace(['tools']);
  if (settings.tools && variable && names.join() !== unique(named).join()) {
    twice(context, 'tools', place, variable.origin);
  }
  if (written[0]) context.origins['tools'] = written[0].at.where;
  const { tools } = input.image ?? { tools: names.filter(mayBeTool) };
  for (const { value, at } of written.filter((tool) => !tools.includes(tool.value))) {
    const from = settings.tools ? 'tools: in clawden.yaml' : 'TOOLS';
    const present = tools.join(', ') || 'none';
    report(
      context,
      'unknown-tool',
      { name: shown(value), present, near: near(value, tools), place: from, hint: toolHint(value) },
      at,
    );
  }
  return names;
}

/** A folder of that name would be a tool, unless it can be none's. */
function toolHint(name: string): string {
  return mayBeTool(name)
    ? `, or mount its folder at /etc/clawden/tools/${name}`
    : '; a name is a-z, 0-9 and "-", a letter first, at most 32 characters';
}

function mayBeTool(name: string): boolean {
  return /^[a-z][a-z0-9-]{0,31}$/.test(name);
}

function unique(written: readonly Written<string>[] | undefined): readonly string[] {
  return [...new Set(written?.map(({ value }) => value))];
}

/** `expose:`; its shape is checked with the file's. */
export function chooseExposure(context: Context): 'none' | 'native' {
  const written = context.settings.expose;
  if (written) context.origins['expose'] = written.at.where;
  return written?.value === 'native' ? 'native' : 'none';
}

/** Milliseconds; undefined: as the runtime needs. */
export function chooseStopBudget(context: Context): number | undefined {
  const variable = context.input.variables.get('CLAWDEN_STOP_BUDGET');
  if (!variable) return undefined;
  context.origins['stop_budget'] = variable.origin;
  const seconds = Number(variable.value);
  if (/^\d+(\.\d+)?$/.test(variable.value) && seconds >= 1 && seconds <= 3600)
    return Math.round(seconds * 1000);
  return wrongVariable(context, 'CLAWDEN_STOP_BUDGET', variable, 'seconds, from 1 to 3600');
}

/** CLAWDEN_ECHO=scripted, for tests. */
export function isScriptedEcho(context: Context): boolean {
  const variable = context.input.variables.get('CLAWDEN_ECHO');
  if (!variable) return false;
  context.origins['echo'] = variable.origin;
  if (variable.value !== 'scripted') wrongVariable(context, 'CLAWDEN_ECHO', variable, 'scripted, or nothing');
  return true;
}

function wrongVariable(context: Context, path: string, variable: Variable, expected: string): undefined {
  const detail = `is "${shown(variable.value)}"`;
  return report(context, 'wrong-value', { path, detail, expected }, { where: variable.origin });
}
