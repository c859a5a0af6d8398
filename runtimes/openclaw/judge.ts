import type { NativeIssue, ValidatorOutcome, ValidatorVerdict } from '../contract.ts';

/**
 * Reads what `openclaw config validate --json` printed: exit 0 and `{"valid":true,"warnings":[…]}`, or exit 1 and
 * `{"valid":false,"issues":[{"path","message"}]}` on stdout.
 */
export function judge(outcome: ValidatorOutcome): ValidatorVerdict {
  const answer = parse(outcome.stdout);
  if (!answer) return { kind: 'broken', detail: tail(outcome.stderr || outcome.stdout, outcome.code) };
  if (answer.valid === true && outcome.code === 0) {
    return { kind: 'valid', warnings: (answer.warnings ?? []).map(sentence) };
  }
  const issues = (answer.issues ?? []).map(issue);
  if (issues.length === 0) {
    return { kind: 'broken', detail: answer.error?.message ?? tail(outcome.stderr, outcome.code) };
  }
  return { kind: 'invalid', issues };
}

interface Answer {
  readonly valid?: boolean;
  readonly warnings?: readonly unknown[];
  readonly issues?: readonly unknown[];
  readonly error?: { readonly message?: string };
}

function parse(stdout: string): Answer | undefined {
  const start = stdout.indexOf('{');
  if (start < 0) return undefined;
  try {
    return JSON.parse(stdout.slice(start)) as Answer;
  } catch {
    return undefined;
  }
}

function issue(value: unknown): NativeIssue {
  const record = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  return { path: String(record['path'] ?? ''), message: String(record['message'] ?? 'invalid') };
}

function sentence(value: unknown): string {
  if (typeof value === 'string') return value;
  const { path, message } = issue(value);
  return path ? `${path}: ${message}` : message;
}

function tail(text: string, code: number | null): string {
  const last = text.trim().split('\n').slice(-3).join(' ');
  return last || `exit ${code ?? 'by signal'} without a word`;
}
