import type { TurnErrorCode, TurnEvent } from '../contract.ts';
import type { Offered } from './media.ts';

/** What one frame of the pico channel means for the turn in flight. */
export type Reading =
  | { readonly kind: 'nothing' }
  /** The answer, whole. */
  | { readonly kind: 'answer'; readonly text: string }
  /** Tools that the model asked for at once, by name. */
  | { readonly kind: 'calls'; readonly names: readonly string[] }
  | { readonly kind: 'files'; readonly files: readonly Offered[] }
  | { readonly kind: 'failed'; readonly error: Extract<TurnEvent, { kind: 'error' }> };

interface Frame {
  readonly type?: string;
  readonly payload?: Payload;
}

interface Payload {
  readonly content?: unknown;
  readonly kind?: unknown;
  readonly thought?: unknown;
  readonly context_usage?: unknown;
  readonly tool_calls?: unknown;
  readonly attachments?: unknown;
  readonly code?: unknown;
  readonly message?: unknown;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * A turn ends with the message, new or updated, that carries `context_usage`, or with a message that begins with the
 * words below and carries none; one whose model asked for files only ends with these. All else is on the way there:
 * typing, thoughts, other tool calls, notices. Pure.
 */
export function readFrame(data: string): Reading {
  const { type, payload = {} } = parse(data);
  if (type === 'error') return refused(payload);
  if (type !== 'message.create' && type !== 'message.update') return nothing;
  if (payload.kind === 'thought' || payload.thought === true) return nothing;
  if (payload.kind === 'tool_calls') return { kind: 'calls', names: list(payload.tool_calls).map(nameOf) };
  const files = list(payload.attachments).flatMap(offered);
  if (files.length > 0) return { kind: 'files', files };
  const text = typeof payload.content === 'string' ? payload.content : '';
  if (payload.context_usage === undefined || payload.context_usage === null) {
    return text.startsWith(FAILURE) ? failure(...reasonOf(text.slice(FAILURE.length))) : nothing;
  }
  if (text === EMPTY) return failure('provider-error', 'the model gave an empty answer');
  return { kind: 'answer', text };
}

const nothing: Reading = { kind: 'nothing' };
const FAILURE = 'Error processing message: ';
const EMPTY = 'The model returned an empty response. This may indicate a provider error or token limit.';

function list(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.map((one) => (typeof one === 'object' && one !== null ? one : {})) : [];
}

function nameOf(call: Fields): string {
  const { name } = list([call['function']])[0] ?? {};
  return typeof name === 'string' ? name : '';
}

function offered({ url, filename, content_type: type }: Fields): Offered[] {
  if (typeof url !== 'string') return [];
  const name = typeof filename === 'string' && filename !== '' ? filename : 'file';
  return [{ url, name, mediaType: typeof type === 'string' ? type : 'application/octet-stream' }];
}

/** A message that it did not take. */
function refused({ code, message }: Payload): Reading {
  const said = typeof message === 'string' ? message : 'PicoClaw gave no reason';
  return failure(code === 'empty_content' ? 'bad-request' : 'runtime-refused', said);
}

function reasonOf(text: string): [TurnErrorCode, string] {
  const reason = text.replace(/^LLM call failed after retries: /, '');
  const [, status, body = ''] = statusForms.map((form) => form.exec(reason)).find(Boolean) ?? [];
  if (status) {
    const said = messageIn(body);
    return [codeOf(Number(status)), `the model provider answered ${status}${said && `: ${said}`}`];
  }
  const code = /deadline exceeded|Client\.Timeout|timed? ?out/i.test(reason)
    ? 'provider-timeout'
    : 'provider-error';
  return [code, short(reason)];
}

/** Of its OpenAI client, then of its Anthropic one: a status and the provider's body. */
const statusForms: readonly RegExp[] = [
  /^API request failed:\s+Status: (\d+)\s*(?:Body:\s*(.*))?/s,
  /^[a-z ]+ \((\d{3})\): (.*)/s,
  /^API request failed with status (\d+): (.*)/s,
];

function codeOf(status: number): TurnErrorCode {
  if (status === 401 || status === 403) return 'provider-auth';
  if (status === 429) return 'provider-limit';
  return status === 408 || status === 504 ? 'provider-timeout' : 'provider-error';
}

/** The provider's own sentence, in the form that OpenAI and Anthropic share; its raw body is nobody's business. */
function messageIn(body: string): string {
  const { error } = parse(body) as { readonly error?: { readonly message?: unknown } };
  return typeof error?.message === 'string' ? short(error.message) : '';
}

function short(text: string): string {
  const [line = ''] = text.trim().split('\n');
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}

function failure(code: TurnErrorCode, message: string): Reading {
  return { kind: 'failed', error: { kind: 'error', code, message } };
}

function parse(text: string): Frame {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
