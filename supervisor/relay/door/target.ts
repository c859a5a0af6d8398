import { endToEnd } from '../../http/headers.ts';
import type { Dialect } from '../../providers/table.ts';

export type Headers = Readonly<Record<string, string | readonly string[]>>;

/**
 * Where a request to the door goes at the provider, or undefined when it is not below /v1. Base URLs are as client
 * libraries take them: an OpenAI one already ends in its version path, an Anthropic one does not.
 */
export function targetUrl(baseUrl: string, dialect: Dialect, requestUrl: string): URL | undefined {
  // The parser resolves `..`, plain and percent-encoded: nothing outside the base path can be reached.
  const asked = URL.parse(requestUrl, 'http://door');
  if (!asked?.pathname.startsWith('/v1/')) return undefined;
  const target = new URL(baseUrl);
  const base = target.pathname.replace(/\/+$/, '');
  target.pathname = base + (dialect === 'openai' ? asked.pathname.slice('/v1'.length) : asked.pathname);
  if (asked.search !== '') target.search = asked.search;
  return target;
}

/** Headers for the provider: the runtime's, without its key, with the real one. */
export function requestHeaders(
  raw: readonly string[],
  target: { readonly host: string; readonly dialect: Dialect; readonly apiKey?: string | undefined },
  placeholder: string,
): Headers {
  const kept = keep(raw, (name, value) => !ownRequestHeaders.has(name) && !value.includes(placeholder));
  return { ...kept, host: target.host, ...keyHeader(target.dialect, target.apiKey) };
}

/** Headers for the runtime: the provider's, except those of the hop and any that repeats the key. */
export function responseHeaders(raw: readonly string[], apiKey: string | undefined): Headers {
  return keep(raw, (_name, value) => !apiKey || !value.includes(apiKey));
}

function keyHeader(dialect: Dialect, apiKey: string | undefined): Headers {
  if (!apiKey) return {};
  return dialect === 'openai' ? { authorization: `Bearer ${apiKey}` } : { 'x-api-key': apiKey };
}

const ownRequestHeaders = new Set(['authorization', 'cookie', 'expect', 'host', 'x-api-key']);

function keep(raw: readonly string[], wanted: (name: string, value: string) => boolean): Headers {
  const headers: Record<string, string | string[]> = {};
  for (const [given, value] of endToEnd(raw)) {
    const name = given.toLowerCase();
    if (!wanted(name, value)) continue;
    const before = headers[name];
    headers[name] = before === undefined ? value : [before, value].flat();
  }
  return headers;
}
