import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import type { Upstream } from '../protocol.ts';
import type { Transport } from './agents.ts';
import { readable } from './readable.ts';
import { refuse } from './refuse.ts';
import { requestHeaders, responseHeaders, targetUrl } from './target.ts';

export type HttpUpstream = Extract<Upstream, { kind: 'http' }>;

export interface ForwardLimits {
  /** Until a connection stands. */
  readonly connect: number;
  /** Until the provider's headers. A reasoning model that does not stream is silent until its last word. */
  readonly headers: number;
  /** Until headers go on without the first bytes, which are looked at before. */
  readonly firstBytes: number;
}

export const forwardLimits: ForwardLimits = { connect: 30_000, headers: 900_000, firstBytes: 10_000 };

/** Sends a request to the provider and its answer back, byte for byte, as they come. */
export function forward(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  to: { readonly upstream: HttpUpstream; readonly transport: Transport; readonly placeholder: string },
  limits: ForwardLimits = forwardLimits,
): void {
  const { upstream, transport } = to;
  const url = targetUrl(upstream.baseUrl, upstream.dialect, incoming.url ?? '/');
  if (!url) {
    refuse(outgoing, upstream.dialect, 'no-such-path', 'the model door serves /v1/ only');
    return;
  }
  const target = { host: url.host, dialect: upstream.dialect, apiKey: upstream.apiKey };
  const request = transport.request(url, {
    method: incoming.method ?? 'GET',
    agent: transport.agent,
    headers: requestHeaders(incoming.rawHeaders, target, to.placeholder) as Record<string, string>,
  });
  const stopClock = watch(request, limits, (waitedFor) => {
    refuse(
      outgoing,
      upstream.dialect,
      'timeout',
      `the model provider at ${url.host} gave no ${waitedFor} in time`,
    );
    request.destroy();
  });

  request.on('response', (answer) => {
    stopClock();
    const head = (): void => {
      const headers = responseHeaders(answer.rawHeaders, upstream.apiKey) as Record<string, string>;
      outgoing.writeHead(answer.statusCode ?? 502, answer.statusMessage, headers);
    };
    const unreadable = (): void => {
      const what = `what the model provider at ${url.host} answered with status 200 is no answer of a model`;
      refuse(outgoing, upstream.dialect, 'unreadable', `${what}; is the base URL right?`);
      request.destroy();
    };
    deliver(answer, outgoing, { head, unreadable, headerWait: limits.firstBytes });
    // A cut answer must look cut, not finished.
    answer.on('error', () => outgoing.destroy());
  });
  request.on('error', (error: NodeJS.ErrnoException) => {
    stopClock();
    if (outgoing.destroyed || outgoing.writableEnded) return;
    refuse(outgoing, upstream.dialect, 'unreachable', unreachable(url.host, error.code ?? 'no code'));
  });
  // Closed before it was finished: the runtime gave up, so the provider should stop working at once.
  outgoing.on('close', () => {
    stopClock();
    if (!outgoing.writableFinished) request.destroy();
  });
  incoming.pipe(request);
}

/** Sends an answer on once its first bytes look like one; what is compressed or no success is not looked at. */
function deliver(
  answer: IncomingMessage,
  outgoing: ServerResponse,
  to: { readonly head: () => void; readonly unreadable: () => void; readonly headerWait: number },
): void {
  const pass = (): void => {
    to.head();
    // An event stream's first event may be minutes away; its headers must not wait for it.
    if (answer.headers['content-length'] === undefined) outgoing.flushHeaders();
    answer.pipe(outgoing);
  };
  if (answer.statusCode !== 200 || answer.headers['content-encoding'] !== undefined) return pass();
  const silence = setTimeout(() => {
    answer.off('data', first);
    answer.off('end', none);
    pass();
  }, to.headerWait);
  function first(chunk: Buffer): void {
    settle();
    if (!readable(answer.headers['content-type'] ?? '', chunk.toString('latin1'))) return to.unreadable();
    answer.unshift(chunk);
    pass();
  }
  function none(): void {
    settle();
    to.unreadable();
  }
  function settle(): void {
    clearTimeout(silence);
    answer.off('data', first);
    answer.off('end', none);
    answer.pause();
  }
  answer.on('data', first);
  answer.on('end', none);
  outgoing.on('close', settle);
}

function unreachable(host: string, code: string): string {
  const trust = /CERT|SIGNATURE|SELF_SIGNED/.test(code)
    ? '; if the network has a certificate authority of its own, name its file in NODE_EXTRA_CA_CERTS'
    : '';
  return `cannot reach the model provider at ${host} (${code})${trust}`;
}

/** Calls `late` when no connection stands, or no headers have come, in time. Returns what stops it. */
function watch(request: ClientRequest, limits: ForwardLimits, late: (waitedFor: string) => void): () => void {
  let timer = setTimeout(() => late('connection'), limits.connect);
  let stopped = false;
  const connected = (): void => {
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(() => late('answer'), limits.headers);
  };
  request.once('socket', (socket) => (socket.connecting ? socket.once('connect', connected) : connected()));
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
