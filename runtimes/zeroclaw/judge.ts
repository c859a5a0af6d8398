import type { NativeIssue, ValidatorOutcome, ValidatorVerdict } from '../contract.ts';
import { mirrorPath } from './mirror.ts';

/** Reads what one of the three checks said (render.ts). Pure. */
export function judge(outcome: ValidatorOutcome): ValidatorVerdict {
  const refused = environmentIssue(outcome.stderr);
  if (refused) return { kind: 'invalid', issues: [refused] };
  switch (outcome.name) {
    case 'migrate':
      return judgeMigrate(outcome);
    case 'patch':
      return judgePatch(outcome);
    default:
      return judgeSelfTest(outcome);
  }
}

/** `{"valid":true,…}`, or `{"valid":false,"error":"…: what is wrong\nin `a.b`\n"}`. */
function judgeMigrate({ code, stdout, stderr }: ValidatorOutcome): ValidatorVerdict {
  const answer = parse(stdout);
  if (answer?.['valid'] === true && code === 0) return valid;
  if (answer?.['valid'] !== false) return broken(stderr || stdout, code);
  return { kind: 'invalid', issues: [issueOf(String(answer['error'] ?? 'invalid'))] };
}

function issueOf(error: string): NativeIssue {
  const path = /\nin `([^`]+)`/.exec(error)?.[1] ?? '';
  const message = error
    .replace(/^migrated config failed to deserialize as current schema: /, '')
    .replace(/\nin `[^`]+`\s*$/, '')
    .trim();
  return { path, message };
}

/** An empty patch has the whole file checked: `{"results":[],…}`, or on stderr `{"code","message","path"}`. */
function judgePatch({ code, stdout, stderr }: ValidatorOutcome): ValidatorVerdict {
  if (code === 0 && Array.isArray(parse(stdout)?.['results'])) return valid;
  const answer = parse(stderr);
  if (typeof answer?.['message'] !== 'string') return broken(stderr || stdout, code);
  return { kind: 'invalid', issues: [{ path: String(answer['path'] ?? ''), message: answer['message'] }] };
}

/** A list for people: `✗ 6/9 channels — what is wrong`. */
function judgeSelfTest({ code, stdout, stderr }: ValidatorOutcome): ValidatorVerdict {
  const failed = [...plain(stdout).matchAll(/^\s*✗ \d+\/\d+ (.+)$/gm)].map(([, words]) => words ?? '');
  if (code === 0 && failed.length === 0 && stdout.includes('checks passed')) return valid;
  if (failed.length === 0) return broken(stderr || stdout, code);
  return { kind: 'invalid', issues: failed.map((message) => ({ path: '', message })) };
}

/** A variable of the mirror that is no path, or holds no value for it, ends every command with 1. */
function environmentIssue(stderr: string): NativeIssue | undefined {
  const [, name, rest] = /^Error: (ZEROCLAW_[a-z0-9_]+) (.*)$/m.exec(stderr) ?? [];
  if (name === undefined) return undefined;
  const cause = /Caused by:\n\s*(?:\d+: )?(.+)/.exec(stderr)?.[1];
  const message = rest?.startsWith('did not resolve')
    ? 'ZeroClaw does not take this value by its environment, and a secret is not written to a file'
    : (cause ?? rest ?? 'invalid');
  return { path: mirrorPath(name), message };
}

const valid: ValidatorVerdict = { kind: 'valid', warnings: [] };

/** The JSON object at the end of the text: warnings may stand before it. */
function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  const start = text.startsWith('{') ? 0 : text.lastIndexOf('\n{') + 1;
  try {
    const value: unknown = JSON.parse(text.slice(start));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function plain(text: string): string {
  // Colours, which it prints into a pipe too.
  return text.replaceAll(/\u001b\[\d+m/g, '');
}

function broken(text: string, code: number | null): ValidatorVerdict {
  const last = plain(text).trim().split('\n').slice(-3).join(' ');
  return { kind: 'broken', detail: last || `exit ${code ?? 'by signal'} without a word` };
}
