import type { IncomingMessage } from 'node:http';
import type { Fields } from '../platform/http.ts';
import type { App, Slack } from './slack.ts';

export interface Call {
  readonly slack: Slack;
  readonly app: App;
  readonly body: Fields;
  readonly request: IncomingMessage;
  readonly tickets: Map<string, App>;
  /** The address at which the client reaches this server. */
  readonly base: string;
}

export interface Method {
  /** Which of the app's tokens it takes. */
  readonly token: 'bot' | 'app';
  readonly scope?: string;
  /** Its answer without `ok`. */
  readonly answer: (call: Call) => Fields;
}

/** The message is Slack's word for it. */
export class Refused extends Error {}

export function bot(scope: string | undefined, answer: Method['answer']): Method {
  return { token: 'bot', ...(scope ? { scope } : {}), answer };
}

/** Objects come as they are in JSON, and as JSON text in a form. */
export function parsed(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    throw new Refused('invalid_arguments');
  }
}
