import { stringify } from 'yaml';
import type { InstancePlan } from '../../supervisor/config/project.ts';
import type { ConfigInvocation } from '../commands/config.ts';
import { withoutSecrets } from './mask.ts';
import { nativeOf, nativeText } from './native.ts';
import { byVariables, normalised } from './normalised.ts';
import { chosen, type Planned, planned } from './planned.ts';

/** Of the JSON form: raised when a field changes its meaning or goes; new fields do not raise it. */
const VERSION = 1;

/** The plan as YAML, or what the runtime would read. */
export async function show(invocation: ConfigInvocation, name: string | undefined): Promise<number> {
  const { options, ui } = invocation;
  const found = await planned(invocation, name);
  const instances = chosen(found, 'show', name);
  const secrets = instances.flatMap(({ plan }) => plan.secrets);
  const text = options.native ? native(found, instances, options.json) : asYaml(instances, options.json);
  ui.print(withoutSecrets(text, secrets));
  return 0;
}

function native({ image }: Planned, instances: readonly InstancePlan[], json: boolean): string {
  const made = instances.map(({ plan }) => nativeOf(plan, image));
  return json
    ? JSON.stringify({ version: VERSION, instances: made.map(nativeRecord) })
    : made.map(nativeText).join('\n\n');
}

function nativeRecord({ files, ...others }: ReturnType<typeof nativeOf>): unknown {
  return {
    ...others,
    files: files.map(({ path, mode, content }) => ({
      path,
      mode: mode.toString(8).padStart(4, '0'),
      content,
    })),
  };
}

function asYaml(instances: readonly InstancePlan[], json: boolean): string {
  if (json) {
    const records = instances.map(({ id, plan }) => ({
      name: id,
      settings: normalised(plan, 'single'),
      variables: Object.fromEntries(byVariables(plan)),
    }));
    return JSON.stringify({ version: VERSION, instances: records });
  }
  const [first, another] = instances;
  if (!first) return '';
  const document = another
    ? { runtimes: instances.map(({ plan }) => normalised(plan, 'entry')) }
    : normalised(first.plan, 'single');
  const others = byVariables(first.plan).map(([name, value]) => `# ${name}=${value}`);
  const yaml = stringify(document, { lineWidth: 0, aliasDuplicateObjects: false }).trimEnd();
  return [yaml, ...(others.length > 0 ? ['# By variables:', ...others] : [])].join('\n');
}
