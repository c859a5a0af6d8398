import { existsSync } from 'node:fs';
import type {
  Rendered,
  Runtime,
  ValidatorCommand,
  ValidatorOutcome,
  ValidatorVerdict,
} from '../../runtimes/contract.ts';
import { writeAtomically } from './files.ts';

export interface ValidatePorts {
  readonly run: (command: ValidatorCommand) => Promise<ValidatorOutcome | 'timeout'>;
  /** Folder in the state volume for the mark of a passed check, and that volume. */
  readonly marks: string;
  readonly volume: string;
}

/**
 * Asks the runtime's own validators. The same bytes with the same version passed before: not asked again, since a
 * validator may cost seconds of CPU at every start.
 */
export async function validate(
  runtime: Runtime,
  rendered: Rendered,
  /** Hash of the render with ports and keys held fixed, and of the runtime's version. */
  identity: string,
  { run, marks, volume }: ValidatePorts,
): Promise<ValidatorVerdict> {
  if (rendered.validators.length === 0) return { kind: 'valid', warnings: [] };
  const mark = `${marks}/${identity}.valid`;
  if (existsSync(mark)) return { kind: 'valid', warnings: [] };
  const warnings: string[] = [];
  for (const command of rendered.validators) {
    const outcome = await run(command);
    if (outcome === 'timeout') {
      return { kind: 'broken', detail: `no answer within ${command.timeout / 1000} s` };
    }
    const verdict = runtime.judge(outcome);
    if (verdict.kind !== 'valid') return verdict;
    warnings.push(...verdict.warnings);
  }
  if (warnings.length === 0) remember(mark, volume);
  return { kind: 'valid', warnings };
}

function remember(mark: string, volume: string): void {
  try {
    writeAtomically(mark, '', 0o600, volume);
  } catch {
    // It only saves the next start some seconds: no reason to refuse this one.
  }
}
