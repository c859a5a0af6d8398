import { type Problem, problem } from '../../errors/problem.ts';
import { near } from '../../errors/wording.ts';
import type { Origin } from '../types.ts';
import { knownVariable, knownVariables } from './known.ts';

export interface Named {
  readonly name: string;
  readonly value: string;
  readonly origin: Origin;
}

/** The CLAWDEN_* variables nobody understands: a typing error there must not be a silent default. */
export function unknownVariables(all: readonly Named[]): readonly Problem[] {
  return all
    .filter(
      ({ name, value }) => name.startsWith('CLAWDEN_') && !understood(name) && !isServiceLink(name, value),
    )
    .map(({ name, origin }) =>
      problem(
        'unknown-variable',
        { name, near: hints[name] ?? near(name, spellings), known: spellings.join(', ') },
        origin,
      ),
    );
}

/**
 * What Kubernetes sets in every pod for a service named clawden or clawden-…; nobody wrote them.
 * https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
 */
export function isServiceLink(name: string, value: string): boolean {
  if (/^CLAWDEN(_\w+)?_SERVICE_(HOST|PORT(_\w+)?)$/.test(name)) return true;
  if (/^CLAWDEN(_\w+)?_PORT_\d+_(TCP|UDP|SCTP)(_(PORT|PROTO|ADDR))?$/.test(name)) return true;
  return /^CLAWDEN(_\w+)?_PORT$/.test(name) && /^(tcp|udp|sctp):\/\//.test(value);
}

function understood(name: string): boolean {
  if (knownVariable(name)) return true;
  return name.endsWith('_FILE') && knownVariable(name.slice(0, -'_FILE'.length))?.secret === true;
}

const spellings = knownVariables.map(({ name }) => name).filter((name) => name.startsWith('CLAWDEN_'));

const hints: Readonly<Record<string, string>> = {
  CLAWDEN_PORT: ' (the port is set in clawden.yaml: config: { port: … })',
  CLAWDEN_RUNTIME: ' (did you mean "RUNTIME"?)',
  CLAWDEN_TOOLS: ' (did you mean "TOOLS"?)',
  CLAWDEN_CHANNELS: ' (did you mean "CHANNELS"?)',
};
