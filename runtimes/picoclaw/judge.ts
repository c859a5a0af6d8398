import type { NativeIssue, ValidatorOutcome, ValidatorVerdict } from '../contract.ts';

/**
 * Reads what `picoclaw model` said: exit 0 once the configuration was loaded, else 1 and one `Error:` on stderr. Its
 * forms, seen on 0.2.9 and 0.3.1: a list of unknown fields, a place of a wrong type, or a sentence about the whole.
 */
export function judge({ code, stdout, stderr }: ValidatorOutcome): ValidatorVerdict {
  if (code === 0) return { kind: 'valid', warnings: [] };
  const reason = /^Error: (?:failed to load config: )?(.*(?:\n {2}.*)*)/m.exec(stderr)?.[1];
  if (code !== 1 || !reason) return { kind: 'broken', detail: tail(stderr || stdout, code) };
  return { kind: 'invalid', issues: issuesOf(reason) };
}

function issuesOf(reason: string): readonly NativeIssue[] {
  const unknown = /contains unknown field\(s\): (.*)/.exec(reason)?.[1];
  if (unknown) return unknown.split(', ').map((path) => ({ path, message: 'this release has no such key' }));
  const [line = ''] = reason.split('\n');
  const typed = /type error at .* for field "([^"]*)": (.*)/.exec(line);
  if (typed) return [{ path: typed[1] ?? '', message: typed[2] ?? line }];
  const channel = /channel "([^"]*)" (.*)/.exec(line);
  if (channel) return [{ path: `channel_list.${channel[1]}`, message: channel[2] ?? line }];
  return [{ path: '', message: line }];
}

function tail(text: string, code: number | null): string {
  const last = text.trim().split('\n').slice(-3).join(' ');
  return last || `exit ${code ?? 'by signal'} without a word`;
}
