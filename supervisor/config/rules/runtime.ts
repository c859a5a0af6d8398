import { near, shown } from '../../errors/wording.ts';
import { originText } from '../origin.ts';
import type { Place } from '../settings.ts';
import type { KnownRuntime } from '../types.ts';
import { type Context, isSpoiled, report } from './context.ts';

interface Candidate {
  readonly name: string;
  readonly at: Place;
}

/** The one runtime that is named: as argument, by `-e`, in the environment or in the file. */
export function chooseRuntime(context: Context): KnownRuntime | undefined {
  const { runtimes, image } = context.input;
  const [first, ...others] = candidates(context);
  if (!first) {
    if (context.settings.isBroken(['runtime']) || isSpoiled(context, 'RUNTIME')) return undefined;
    return report(context, 'no-runtime', {});
  }
  context.origins['runtime'] = first.at.where;
  const different = others.filter((other) => other.name !== first.name);
  for (const second of different) {
    const firstFrom = sourceText(first);
    const names = {
      first: shown(first.name),
      firstFrom,
      second: shown(second.name),
      secondFrom: sourceText(second),
    };
    report(context, 'runtimes-disagree', names, second.at);
  }
  for (const { name, at } of [first, ...different]) {
    const runtime = runtimes.find(({ descriptor }) => descriptor.name === name);
    if (!runtime) {
      const known = runtimes.map(({ descriptor }) => descriptor.name);
      report(
        context,
        'unknown-runtime',
        { name: shown(name), near: near(name, known), known: known.join(', ') },
        at,
      );
    } else if (image && !image.runtimes.includes(name)) {
      // An image built for the missing one alone would lose those that are there.
      const wanted = [...image.runtimes, name].join(',');
      report(context, 'runtime-absent', { name, wanted, present: image.runtimes.join(', ') || 'none' }, at);
    }
  }
  return runtimes.find(({ descriptor }) => descriptor.name === first.name);
}

function candidates({ input, settings }: Context): readonly Candidate[] {
  const positional = input.arguments.runtime;
  const variable = input.variables.get('RUNTIME');
  const covered = variable?.covered;
  return [
    ...(positional
      ? [{ name: positional, at: { where: { kind: 'argument', text: positional } } as const }]
      : []),
    ...(variable ? [{ name: variable.value.trim(), at: { where: variable.origin } }] : []),
    ...(covered ? [{ name: covered.value.trim(), at: { where: covered.origin } }] : []),
    ...(settings.runtime ? [{ name: settings.runtime.value, at: settings.runtime.at }] : []),
  ];
}

function sourceText({ name, at }: Candidate): string {
  return at.where.kind === 'argument' && at.where.text === name ? 'argument' : originText(at.where);
}
