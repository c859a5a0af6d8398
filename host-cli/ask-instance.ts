import type { IncomingMessage } from 'node:http';
import { objectOf, send } from './http.ts';

export interface Question {
  readonly method?: 'GET' | 'POST';
  /** Of the public API, with its slash. */
  readonly path: string;
  readonly body?: unknown;
  /** Milliseconds for the whole answer. */
  readonly limit: number;
}

export interface InstanceAnswer {
  readonly status: number;
  /** Undefined where it is no JSON object. */
  readonly body: Readonly<Record<string, unknown>> | undefined;
}

const LARGEST = 4 * 2 ** 20;

/** One question to the instance at a port of this machine; throws when no answer comes in time. */
export async function askInstance(port: number, token: string, question: Question): Promise<InstanceAnswer> {
  const { method = 'GET', path, body, limit } = question;
  const signal = AbortSignal.timeout(limit);
  try {
    const headers = { authorization: `Bearer ${token}` };
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await send({ method, url: `http://127.0.0.1:${port}${path}`, headers, signal, ...sent });
    return { status: response.statusCode ?? 0, body: objectOf(await boundedText(response)) };
  } catch (error) {
    if (signal.aborted) throw new Error(`no answer within ${limit / 1000} s`);
    throw error;
  }
}

async function boundedText(response: IncomingMessage): Promise<string> {
  response.setEncoding('utf8');
  let text = '';
  for await (const chunk of response) {
    text += String(chunk);
    if (text.length > LARGEST) throw new Error('its answer does not end');
  }
  return text;
}
