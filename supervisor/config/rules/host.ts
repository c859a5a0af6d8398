import { shown } from '../../errors/wording.ts';
import type { Written } from '../settings.ts';
import type { HostSettings } from '../types.ts';
import { type Context, report } from './context.ts';

/** `image`, `memory`, `cpus` and `workspace`: what the launcher makes the container of. */
export function chooseHost(context: Context): HostSettings {
  const { image, memory, cpus, workspace } = context.settings;
  for (const [key, written] of Object.entries({ image, memory, cpus, workspace }))
    if (written) context.origins[key] = written.at.where;
  const processors = cpus && numberOf(context, cpus);
  return {
    ...(image && isRight(context, 'image', image, /^[^\s-]\S*$/, 'the reference of an image')
      ? { image: image.value }
      : {}),
    ...(memory &&
    isRight(context, 'memory', memory, /^\d+(\.\d+)?[bkmg]b?$/i, 'a size with its unit, e.g. 2g or 512m')
      ? { memory: memory.value.toLowerCase() }
      : {}),
    ...(processors === undefined ? {} : { cpus: processors }),
    ...(workspace && isRight(context, 'workspace', workspace, /^[^\0\r\n]+$/, 'a folder, e.g. ./workspace')
      ? { workspace: workspace.value }
      : {}),
  };
}

function isRight(
  context: Context,
  path: string,
  { value, at }: Written<string>,
  pattern: RegExp,
  expected: string,
): boolean {
  if (pattern.test(value)) return true;
  report(context, 'wrong-value', { path, detail: `is "${shown(value)}"`, expected }, at);
  return false;
}

function numberOf(context: Context, { value, at }: Written<string | number>): number | undefined {
  const number = Number(value);
  if (String(value).trim() !== '' && number >= 0.01 && number <= 1024) return number;
  const expected = 'a number of processors, from 0.01 to 1024';
  return report(
    context,
    'wrong-value',
    { path: 'cpus', detail: `is "${shown(String(value))}"`, expected },
    at,
  );
}
