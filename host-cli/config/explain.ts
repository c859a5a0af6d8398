import type { InstancePlan } from '../../supervisor/config/project.ts';
import type { ConfigInvocation } from '../commands/config.ts';
import { chooseImage } from '../image.ts';
import { table } from '../table.ts';
import type { Ui } from '../ui.ts';
import { lookUp } from '../variables.ts';
import { withoutSecrets } from './mask.ts';
import { chosen, type Planned, planned } from './planned.ts';
import { type Row, rowsOf, type Usual } from './rows.ts';
import { sourcesOf } from './sources.ts';

/** Of the JSON form: raised when a field changes its meaning or goes; new fields do not raise it. */
const VERSION = 1;

interface Explained {
  readonly name: string;
  readonly settings: readonly Row[];
  readonly channels: readonly { readonly name: string; readonly mode: string; readonly reason: string }[];
}

/** Each value with where it came from, and why a channel is served as it is. */
export async function explain(invocation: ConfigInvocation, name: string | undefined): Promise<number> {
  const { options, ui } = invocation;
  const found = await planned(invocation, name);
  const instances = chosen(found, 'explain', name);
  const explained = instances.map((instance) =>
    explainedOf(instance, found, forcedImage(options.image, found)),
  );
  const secrets = instances.flatMap(({ plan }) => plan.secrets);
  const text = options.json
    ? JSON.stringify({ version: VERSION, instances: explained })
    : explained.flatMap((each, index) => [...(index > 0 ? [''] : []), ...lines(each, ui)]).join('\n');
  ui.print(withoutSecrets(text, secrets));
  return 0;
}

function explainedOf(
  { id, plan }: InstancePlan,
  { given, plan: whole, project }: Planned,
  image: Usual['forcedImage'],
): Explained {
  const usual = {
    image: chooseImage(undefined, project.directory).reference,
    forcedImage: image,
    workspace: whole.ids.length > 1 ? `./workspace/${id}` : './workspace',
  };
  return {
    name: id,
    settings: rowsOf(plan, sourcesOf(plan, given), usual),
    channels: plan.channels.map(({ name, mode }) => ({
      name,
      mode,
      reason: plan.channelReasons[name] ?? '',
    })),
  };
}

/** As `run` has it: the option, else CLAWDEN_IMAGE. */
function forcedImage(option: string | undefined, { sources }: Planned): Usual['forcedImage'] {
  if (option !== undefined) return { value: option, from: '--image' };
  const value = lookUp(sources, 'CLAWDEN_IMAGE');
  if (value === undefined) return undefined;
  const line = sources.environment['CLAWDEN_IMAGE'] ? undefined : sources.dotenvLines?.get('CLAWDEN_IMAGE');
  return { value, from: `${line === undefined ? 'your environment' : `.env:${line}`} (CLAWDEN_IMAGE)` };
}

function lines({ name, settings, channels }: Explained, ui: Ui): readonly string[] {
  const { colors, stdoutWidth: width } = ui;
  const paint = colors.bold;
  const rows = settings.map(({ setting, value, from }) => [
    setting,
    value,
    { text: from, paint: colors.dim },
  ]);
  return [
    paint(name),
    ...table(columns, rows, { width, paint }),
    ...channels.map(({ name: channel, mode, reason }) => `${channel} is ${mode}: ${reason}`),
  ];
}

const columns = [{ title: 'SETTING' }, { title: 'VALUE', wrapsTo: 16 }, { title: 'FROM', wrapsTo: 16 }];
