import type { IncomingMessage } from 'node:http';
import type { Health } from '../health.ts';
import { objectOf, send } from '../http.ts';
import { reasonOf } from '../project.ts';

/** What a container said of itself, or why it did not. */
export type Answer =
  | { readonly kind: 'answered'; readonly health: Health; readonly uptimeSeconds: number | undefined }
  | { readonly kind: 'token-refused' }
  | { readonly kind: 'foreign' }
  | { readonly kind: 'silent'; readonly reason: string };

/** Milliseconds for the whole answer: a listing must not wait for one that hangs. */
const LIMIT = 1500;
const LARGEST = 4 * 2 ** 20;

/** GET /clawden/v1/status at a port of this machine; never throws. */
export async function askStatus(port: number, token: string): Promise<Answer> {
  const signal = AbortSignal.timeout(LIMIT);
  try {
    const url = `http://127.0.0.1:${port}/clawden/v1/status`;
    const headers = { authorization: `Bearer ${token}` };
    const response = await send({ method: 'GET', url, headers, signal });
    const body = objectOf(await boundedText(response));
    if (response.statusCode === 401) return { kind: 'token-refused' };
    if (typeof body?.status !== 'string') return { kind: 'foreign' };
    const uptime = body.uptimeSeconds;
    return {
      kind: 'answered',
      health: body as Health,
      uptimeSeconds: typeof uptime === 'number' ? uptime : undefined,
    };
  } catch (error) {
    return {
      kind: 'silent',
      reason: signal.aborted ? `no answer within ${LIMIT / 1000} s` : reasonOf(error),
    };
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
