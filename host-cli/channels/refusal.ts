import type { InstanceAnswer } from '../ask-instance.ts';
import { CliError } from '../errors.ts';

export interface Asked {
  /** Of the instance. */
  readonly name: string;
  readonly runtime: string;
  readonly channel: string;
  readonly id: string;
  readonly action: string;
  /** Where the project's token is. */
  readonly file: string;
}

/** Why an instance did not change who may talk on a channel, with what to type. */
export function refusal({ status, body }: InstanceAnswer, asked: Asked): CliError {
  const { name, runtime, file } = asked;
  if (status === 401) return new CliError('api-token', { name, runtime, file });
  const { code, message } = Object(body?.error) as { readonly code?: unknown; readonly message?: unknown };
  switch (code) {
    case 'in_file':
      return new CliError('person-in-file', { ...asked });
    case 'not_allowed':
      return new CliError('person-not-allowed', { ...asked });
    case 'only_in_file':
      return new CliError('people-only-in-file', { ...asked });
    case 'not_written':
      return new CliError('people-not-written', { name, detail: detailOf(message, status) });
    case 'unavailable':
      return new CliError('channels-not-told', { name });
    default:
      return new CliError('api-error', {
        name,
        detail: detailOf(message, status),
        next: `{clawden} logs ${name} --tail 50`,
      });
  }
}

function detailOf(message: unknown, status: number): string {
  const text = typeof message === 'string' ? message : `HTTP ${status}`;
  return text.replace(/\s+/g, ' ').slice(0, 300);
}
