import type { InstancePlan } from '../../supervisor/config/project.ts';
import type { ConfigInvocation } from '../commands/config.ts';
import { problemRecord, problemText } from '../problem-text.ts';
import { table } from '../table.ts';
import type { Ui } from '../ui.ts';
import { type Planned, planned } from './planned.ts';

/** Of the JSON form: raised when a field changes its meaning or goes; new fields do not raise it. */
const VERSION = 1;

const CONFIGURATION = 78;

/** Everything that is wrong with the file and the variables, or a line per instance. 0 or 78. */
export async function check({ ui, ...invocation }: ConfigInvocation): Promise<number> {
  const found = await planned({ ui, ...invocation });
  const right = found.plan.problems.length === 0;
  if (invocation.options.json) ui.print(JSON.stringify(record(found)));
  if (!right) tellProblems(found, ui);
  else if (!invocation.options.json) tellInstances(found, ui);
  return right ? 0 : CONFIGURATION;
}

function record({ plan, given, file }: Planned): unknown {
  return {
    version: VERSION,
    ok: plan.problems.length === 0,
    file: file?.path ?? null,
    problems: plan.problems.map((problem) => problemRecord(problem, given)),
    instances: plan.instances.map(({ id, plan: { runtime, provider, channels, tools, port, notices } }) => ({
      name: id,
      runtime,
      provider: provider.provider.name,
      model: provider.model,
      channels: channels.map(({ name, type, mode }) => ({ name, type, mode })),
      tools,
      port,
      notices,
    })),
  };
}

function tellProblems({ plan, given, file }: Planned, ui: Ui): void {
  const { errorColors: colors } = ui;
  for (const problem of plan.problems) ui.note(`${problemText(problem, given, colors)}\n`);
  const count = plan.problems.length;
  ui.note(`${colors.red('✖')} ${count} problem${count === 1 ? '' : 's'} in ${subject(file?.path)}`);
}

function tellInstances({ plan, image, file }: Planned, ui: Ui): void {
  const { colors, errorColors } = ui;
  const { instances } = plan;
  const count = `${instances.length} instance${instances.length === 1 ? '' : 's'}`;
  ui.print(`${colors.green('✔')} ${subject(file?.path)}: ${count}`);
  const width = ui.stdoutWidth === undefined ? undefined : ui.stdoutWidth - INDENT.length;
  for (const line of table(columns, instances.map(row), { width, paint: colors.bold })) {
    ui.print(`${INDENT}${line}`);
  }
  const notices = instances.flatMap(({ id, plan: made }) =>
    made.notices.map((notice) => (instances.length > 1 ? `${id}: ${notice}` : notice)),
  );
  for (const notice of [...notices, ...(image?.skew ? [image.skew] : [])])
    ui.note(`${errorColors.yellow('!')} ${notice}`);
}

const INDENT = '  ';

const columns = [
  { title: 'NAME' },
  { title: 'RUNTIME' },
  { title: 'MODEL', wrapsTo: 16 },
  { title: 'CHANNELS', wrapsTo: 12 },
];

function row({ id, plan: { runtime, provider, channels } }: InstancePlan): readonly string[] {
  return [
    id,
    runtime,
    `${provider.provider.name}/${provider.model}`,
    channels.map(({ name, mode }) => `${name} (${mode})`).join(', ') || '–',
  ];
}

function subject(path: string | undefined): string {
  return path ?? 'the variables (there is no clawden.yaml)';
}
