import type { ExitClass, ExitRule } from '../../runtimes/contract.ts';
import type { Exit } from '../process/exit.ts';

export interface ExitFacts {
  readonly exit: Exit;
  readonly asked: boolean;
  readonly hung: boolean;
  /** The cgroup's out-of-memory counter grew while the process lived. */
  readonly memoryKill: boolean;
  readonly lastLines: readonly string[];
}

/**
 * Names the reason of an exit. Asked wins over all, then what only we can know (hung, out of memory), then the
 * runtime's own rules in their order.
 */
export function classify(facts: ExitFacts, rules: readonly ExitRule[]): ExitClass {
  if (facts.asked) return 'asked';
  if (facts.hung) return 'hung';
  if (facts.memoryKill && killed(facts.exit)) return 'out-of-memory';
  return rules.find((rule) => matches(rule, facts))?.class ?? 'crash';
}

function killed(exit: Exit): boolean {
  // A child that the kernel killed often takes its parent with it: 137 as an exit code counts too.
  return (exit.kind === 'signal' && exit.signal === 'SIGKILL') || (exit.kind === 'code' && exit.code !== 0);
}

function matches(rule: ExitRule, facts: ExitFacts): boolean {
  if (facts.exit.kind !== 'code') return false;
  if (rule.codes && !rule.codes.includes(facts.exit.code)) return false;
  return !rule.output || facts.lastLines.some((line) => rule.output?.test(line));
}
