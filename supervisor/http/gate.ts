import type { IncomingMessage } from 'node:http';
import type { Endpoint, ExposedPath } from '../../runtimes/contract.ts';
import { bearer, sameSecret } from './token.ts';

/** What may be asked of a request before anything of its body is read. */
export interface GatePorts {
  /** Undefined until the plan is made. */
  readonly token: () => string | undefined;
  /** The runtime's own surface, when the plan exposes it; without an endpoint while it does not serve. */
  readonly native: () =>
    | { readonly endpoint: Endpoint | undefined; readonly paths: readonly ExposedPath[] }
    | undefined;
}

export interface Refusal {
  readonly kind: 'refused';
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Where a request goes. */
export type Verdict =
  | { readonly kind: 'observed' | 'clawden' | 'relay' | 'hook'; readonly path: string }
  | { readonly kind: 'native'; readonly endpoint: Endpoint; readonly local: boolean }
  | Refusal;

/** A request of /clawden carries no body worth reading. */
const clawdenBody = 64 * 1024;

/** Bytes of the largest request to a hook: whoever sends it is known only when it is whole. */
export const hookBody = 1024 * 1024;

/** Node silently drops header lines after the 2,000th, a Content-Length too, which makes the body a second request. */
const headerCount = 100;

/** Judges one request by its head alone: its shape, the page it comes from, its path, its token. */
export function judge(request: IncomingMessage, ports: GatePorts): Verdict {
  const malformed = wrongShape(request);
  if (malformed) return malformed;
  const path = pathOf(request);
  if (path === '/health' || path === '/ready' || path === '/metrics') return { kind: 'observed', path };
  if (foreign(request)) {
    const message = 'pages of another origin may not ask here; a proxy in front must pass Host on as it came';
    return refused(403, 'foreign_origin', message);
  }
  if (path.startsWith('/clawden/')) return guarded(request, ports) ?? small(request, path);
  if (path === '/v1' || path.startsWith('/v1/')) return guarded(request, ports) ?? { kind: 'relay', path };
  if (path === '/hooks' || path.startsWith('/hooks/')) return judgeHook(request, path);
  return judgeNative(request, path, ports);
}

/** The request target without its query. */
export function pathOf(request: IncomingMessage): string {
  const { url = '/' } = request;
  const query = url.indexOf('?');
  return query < 0 ? url : url.slice(0, query);
}

/** No token: who asks is shown by a signature over the body, which only the channel can judge. */
function judgeHook(request: IncomingMessage, path: string): Verdict {
  if (!/^\/hooks\/[a-z0-9_-]+$/.test(path)) return refused(404, 'not_found', `nothing is served at ${path}`);
  if (request.method !== 'POST') return refused(405, 'method_not_allowed', 'use POST', { allow: 'POST' });
  return fits(request, hookBody) ?? { kind: 'hook', path };
}

function judgeNative(request: IncomingMessage, path: string, ports: GatePorts): Verdict {
  const native = ports.native();
  const known = native?.paths.filter((candidate) => candidate.path.test(path)) ?? [];
  if (!native || known.length === 0 || ambiguous.test(path))
    return refused(404, 'not_found', `nothing is served at ${path}`);
  const barred = guarded(request, ports);
  if (barred) return barred;
  const exposed = known.find(({ methods }) => methods.includes(request.method ?? ''));
  if (!exposed) {
    const allow = [...new Set(known.flatMap(({ methods }) => methods))].join(', ');
    return refused(405, 'method_not_allowed', `use ${allow}`, { allow });
  }
  if (!native.endpoint) return refused(503, 'unavailable', 'not ready yet', { 'retry-after': '1' });
  return { kind: 'native', endpoint: native.endpoint, local: exposed.local === true };
}

/**
 * What a runtime may read as another path than the one that was allowed: dot segments, empty segments, parameters of a
 * segment, backslashes, and any of them (or a control character, or a second encoding) behind a percent sign.
 */
const ambiguous =
  /\/\.{0,2}[/;]|\/\.{1,2}$|[\\;#]|[^\x21-\x7e]|%(2[35ef]|3[bf]|5c|7f|[01][0-9a-f])|%(?![0-9a-f]{2})/i;

function wrongShape(request: IncomingMessage): Refusal | undefined {
  const { rawHeaders, headers, httpVersion, url = '' } = request;
  const close = { connection: 'close' };
  if (rawHeaders.length > 2 * headerCount)
    return refused(431, 'too_many_headers', `more than ${headerCount} header lines`, close);
  // A full URL, `*`, a host and port: for forward proxies and whole servers, and this is neither.
  if (!url.startsWith('/')) return refused(400, 'bad_target', 'the request target must be a path', close);
  let hosts = 0;
  for (let index = 0; index < rawHeaders.length; index += 2)
    if (rawHeaders[index]?.length === 4 && rawHeaders[index]?.toLowerCase() === 'host') hosts += 1;
  if (hosts > 1) return refused(400, 'bad_host', 'more than one Host', close);
  const coding = headers['transfer-encoding'];
  if (coding === undefined) return undefined;
  // RFC 9112, section 6.1: framing of HTTP/1.0 by a transfer coding is faulty.
  if (httpVersion === '1.0') return refused(400, 'bad_framing', 'Transfer-Encoding needs HTTP/1.1', close);
  if (coding.toLowerCase() === 'chunked') return undefined;
  return refused(501, 'bad_framing', 'the only transfer coding here is chunked', close);
}

/**
 * A browser that asks on behalf of some other site's page. Two headers tell that no page can set: `Sec-Fetch-Site`,
 * which comes over https and to localhost, and `Origin`. Programs send neither.
 */
function foreign({ headers }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  const { origin, host } = headers;
  return origin !== undefined && !sameHost(origin, host ?? '');
}

function sameHost(origin: string, host: string): boolean {
  if (!/^https?:\/\//i.test(origin)) return false;
  try {
    const from = new URL(origin);
    // The origin's scheme decides which port goes without saying.
    return from.host === new URL(`${from.protocol}//${host}`).host;
  } catch {
    return false;
  }
}

function guarded(request: IncomingMessage, ports: GatePorts): Refusal | undefined {
  const token = ports.token();
  const given = bearer(request);
  if (token !== undefined && given !== undefined && sameSecret(given, token)) return undefined;
  const hint = 'send Authorization: Bearer with the value of CLAWDEN_TOKEN';
  return refused(401, 'invalid_token', hint, { 'www-authenticate': 'Bearer' });
}

function small(request: IncomingMessage, path: string): Verdict {
  // Of unknown length it would have to be counted.
  if (request.headers['transfer-encoding']) return tooLarge(clawdenBody);
  return fits(request, clawdenBody) ?? { kind: 'clawden', path };
}

function fits({ headers }: IncomingMessage, limit: number): Refusal | undefined {
  return Number(headers['content-length'] ?? 0) <= limit ? undefined : tooLarge(limit);
}

function tooLarge(limit: number): Refusal {
  return refused(413, 'request_too_large', `the body is larger than ${limit / 1024} KiB`);
}

function refused(
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Refusal {
  return { kind: 'refused', status, code, message, headers };
}
