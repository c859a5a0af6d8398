import { shown } from '../../errors/wording.ts';
import type { KnownRuntime } from '../types.ts';
import { knownVariable } from '../variables/known.ts';
import { type Context, report } from './context.ts';

/** Names that the loader, the shell or we decide; a value of the user's there would be overridden or do harm. */
const ours = /^(HOME|PATH|PWD|OLDPWD|SHLVL|_|USER|LOGNAME|LD_\w+|NODE_OPTIONS|CLAWDEN_\w+)$/;

/** `env:` of the file. A name that would be ignored, or would steer the runtime past its rendered configuration, is refused. */
export function chooseEnvironment(
  context: Context,
  runtime: KnownRuntime | undefined,
): Readonly<Record<string, string>> {
  const chosen: Record<string, string> = {};
  for (const [name, { value, at, secret }] of context.settings.env) {
    context.origins[`env.${name}`] = at.where;
    if (!/^[A-Za-z_]\w*$/.test(name)) {
      const expected = 'letters, digits and _, no digit first';
      report(
        context,
        'wrong-value',
        { path: `env.${shown(name)}`, detail: 'is no name of a variable', expected },
        at,
      );
    } else if (value.includes('\0')) {
      report(context, 'wrong-value', { path: `env.${name}`, detail: 'holds a NUL', expected: 'a text' }, at);
    } else {
      const instead = insteadOf(name, runtime);
      if (instead) report(context, 'env-owned', { name, instead }, at);
      else chosen[name] = value;
    }
    if (secret) context.secrets.add(value);
  }
  return chosen;
}

function insteadOf(name: string, runtime: KnownRuntime | undefined): string | undefined {
  const known = knownVariable(name);
  if (known?.secret)
    return `the agent could read it; give ${name} to the container and name it where it is used (channels:, providers:)`;
  if (ours.test(name)) return 'remove it: the supervisor sets it';
  if (known) return 'set it for the container, or write our own key for it at the top level';
  if (runtime?.descriptor.environment.never.some((pattern) => pattern.test(name)))
    return `remove it: it would steer ${runtime.descriptor.title} past its configuration; native settings stand under config:`;
  return undefined;
}
