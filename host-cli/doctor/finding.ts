import { CliError } from '../errors.ts';

/** What `clawden doctor` looks at, in the order of its report. */
export const areas = [
  'engine',
  'image',
  'memory',
  'disk',
  'ports',
  'containers',
  'config',
  'credentials',
  'workspace',
  'secrets',
] as const;
export type Area = (typeof areas)[number];

/** `error`: it will not work like this; `warning`: it may not, or not as meant; `skipped`: it could not be looked at. */
export type Level = 'ok' | 'warning' | 'error' | 'skipped';

export interface Finding {
  readonly area: Area;
  readonly level: Level;
  /** One line; holds no secret. */
  readonly text: string;
  /** The line that mends it. */
  readonly fix?: string;
}

/** Findings of one area, for the check that makes them. */
export type Findings = readonly Omit<Finding, 'area'>[];

/**
 * One check, with a time limit in milliseconds. What it throws is a finding too: whoever asks what is wrong must get an
 * answer, also from a check that fails.
 */
export async function examine(
  area: Area,
  limit: number,
  check: () => Promise<Findings>,
): Promise<readonly Finding[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Findings>((resolve) => {
    const text = `no answer within ${limit / 1000} s`;
    timer = setTimeout(() => resolve([{ level: 'warning', text }]), limit);
  });
  const found = await Promise.race([check().catch(failed), late]);
  clearTimeout(timer);
  return found.map((each) => ({ area, ...each }));
}

function failed(error: unknown): Findings {
  if (error instanceof CliError) return [fromError(error)];
  const text = `could not be looked at: ${error instanceof Error ? error.message : String(error)}`;
  return [{ level: 'error', text: text.split('\n')[0] ?? text }];
}

export function fromError({ message, fix }: CliError): Findings[number] {
  return { level: 'error', text: message, ...(fix === '' ? {} : { fix }) };
}
