import { existsSync } from 'node:fs';
import type { Rendered, Runtime, ValidatorOutcome, ValidatorVerdict } from '../../runtimes/contract.ts';
import { writeAtomically } from './files.ts';

export interface ValidatePorts {
  readonly run: (argv: readonly string[], timeout: number) => Promise<ValidatorOutcome | 'timeout'>;
  /** Folder in the state volume for the mark of a passed check, and that volume. */
  readonly marks: string;
  readonly volume: string;
}

/**
 * Asks the runtime's own validator. The same bytes with the same version passed before: not asked again, since a
 * validator may cost seconds of CPU at every start.
 */
export async function validate(
  runtime: Runtime,
  rendered: Rendered,
  /** Hash of the render with ports and keys held fixed, and of the runtime's version. */
  identity: string,
  { run, marks, volume }: ValidatePorts,
): Promise<ValidatorVerdict> {
  if (!rendered.validator) return { kind: 'valid', warnings: [] };
  const mark = `${marks}/${identity}.valid`;
  if (existsSync(mark)) return { kind: 'valid', warnings: [] };
  const outcome = await run(rendered.validator.argv, rendered.validator.timeout);
  if (outcome === 'timeout') {
    return { kind: 'broken', detail: `no answer within ${rendered.validator.timeout / 1000} s` };
  }
  const verdict = runtime.judge(outcome);
  if (verdict.kind === 'valid' && verdict.warnings.length === 0) writeAtomically(mark, '', 0o600, volume);
  return verdict;
}
