import { request } from 'node:http';
import type { Json, JsonObject, Millis } from '../../runtimes/contract.ts';

export type ProbeResult =
  | { readonly kind: 'healthy'; readonly body: JsonObject }
  /** It answered, but not what a healthy runtime says. */
  | { readonly kind: 'unhealthy'; readonly status: number; readonly body: JsonObject | null }
  | { readonly kind: 'silent'; readonly reason: 'refused' | 'timeout' | 'broken' };

export interface ProbeTarget {
  readonly port: number;
  readonly path: string;
  readonly timeout: Millis;
  readonly expect: JsonObject;
  readonly bearer?: string;
}

/** The largest body that is read; a probe's answer is a few hundred bytes. */
const bodyLimit = 64 * 1024;

/** One GET on loopback. The body decides: a status code alone is no health, since several runtimes answer 200 to any path. */
export function probe(target: ProbeTarget): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const call = request({
      host: '127.0.0.1',
      port: target.port,
      path: target.path,
      agent: false,
      timeout: target.timeout,
      headers: target.bearer === undefined ? {} : { authorization: `Bearer ${target.bearer}` },
    });
    // `timeout` above is idle time; this one also ends a runtime that drips bytes for ever.
    const deadline = setTimeout(() => finish({ kind: 'silent', reason: 'timeout' }), target.timeout);
    const finish = (result: ProbeResult): void => {
      clearTimeout(deadline);
      resolve(result);
      call.destroy();
    };
    call.on('error', (error: NodeJS.ErrnoException) => {
      finish({ kind: 'silent', reason: error.code === 'ECONNREFUSED' ? 'refused' : 'broken' });
    });
    call.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
        if (text.length > bodyLimit) finish({ kind: 'silent', reason: 'broken' });
      });
      response.on('error', () => finish({ kind: 'silent', reason: 'broken' }));
      response.on('end', () => finish(judgeAnswer(response.statusCode ?? 0, text, target.expect)));
    });
    call.end();
  });
}

/** Pure: what an answer means for a probe that expects `expect`. */
export function judgeAnswer(status: number, text: string, expect: JsonObject): ProbeResult {
  const body = parse(text);
  if (status === 200 && body && contains(body, expect)) return { kind: 'healthy', body };
  return { kind: 'unhealthy', status, body };
}

function contains(body: Json | undefined, expect: Json): boolean {
  if (typeof expect !== 'object' || expect === null || Array.isArray(expect)) return body === expect;
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return false;
  const object = body as JsonObject;
  return Object.entries(expect).every(
    ([key, value]) => Object.hasOwn(object, key) && contains(object[key], value),
  );
}

function parse(text: string): JsonObject | null {
  try {
    const value = JSON.parse(text) as Json;
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as JsonObject)
      : null;
  } catch {
    return null;
  }
}
