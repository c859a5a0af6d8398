import type { IncomingMessage } from 'node:http';

export interface Call {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
  /** Milliseconds until the first byte; none: as long as it takes. */
  readonly timeout?: number;
}

/**
 * One request on a connection of its own. `node:http` and not fetch: fetch gives up when headers take five minutes,
 * and a turn of an agent may take longer; it also is never sent through a proxy.
 */
export async function send(call: Call): Promise<IncomingMessage> {
  // Loaded at the first request: half of what a command would otherwise load before it can ask the engine.
  // `import` would read every export, and one of them loads all of fetch: 30 ms on Node 24. Node 20.0 has no other way.
  const { request } = process.getBuiltinModule?.('node:http') ?? (await import('node:http'));
  return new Promise((resolve, reject) => {
    const outgoing = request(
      call.url,
      {
        method: call.method,
        agent: false,
        headers: {
          ...call.headers,
          ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(call.signal ? { signal: call.signal } : {}),
      },
      resolve,
    );
    if (call.timeout !== undefined) {
      outgoing.setTimeout(call.timeout, () => outgoing.destroy(new Error('no answer in time')));
    }
    outgoing.once('error', reject);
    outgoing.end(call.body);
  });
}

export async function textOf(response: IncomingMessage): Promise<string> {
  response.setEncoding('utf8');
  let text = '';
  for await (const chunk of response) text += String(chunk);
  return text;
}

/** The parsed body, or undefined where it is no JSON object. */
export function objectOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
