/** Headers that belong to one connection, not to the message (RFC 9110, section 7.6.1). */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * What the proxy says itself, and what a client may say of who it is or where it came from: only the proxy may say it
 * to a runtime.
 */
const ours = new Set([
  'authorization',
  'cf-connecting-ip',
  'content-length',
  'forwarded',
  'host',
  'http2-settings',
  'true-client-ip',
  'via',
  'x-clawden-internal',
  'x-client-ip',
  'x-real-ip',
]);

/**
 * Names and values in turn, as in `raw`, of a request that goes on: without hop-by-hop headers, without what
 * `Connection` names, without the client's own word on forwarding, its Authorization and its framing.
 */
export function requestHeaders(raw: readonly string[]): string[] {
  return kept(raw, (name) => ours.has(name) || name.startsWith('x-forwarded-'));
}

/** The same of a response. */
export function responseHeaders(raw: readonly string[]): string[] {
  return kept(raw, () => false);
}

/** Raw headers as pairs, without those that belong to the hop. */
export function endToEnd(raw: readonly string[]): [string, string][] {
  const flat = responseHeaders(raw);
  return Array.from({ length: flat.length / 2 }, (_, index) => [
    flat[2 * index] ?? '',
    flat[2 * index + 1] ?? '',
  ]);
}

/** Whether raw headers have one of this name; `message.headers` would be built for it. */
export function hasHeader(raw: readonly string[], name: string): boolean {
  for (let index = 0; index < raw.length; index += 2)
    if (raw[index]?.length === name.length && raw[index]?.toLowerCase() === name) return true;
  return false;
}

/** Every request passes here twice: one walk, no pairs. */
function kept(raw: readonly string[], dropped: (name: string) => boolean): string[] {
  const named = namedByConnection(raw);
  const pass: string[] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index] ?? '';
    const lower = name.toLowerCase();
    if (hopByHop.has(lower) || named?.has(lower) || dropped(lower)) continue;
    pass.push(name, raw[index + 1] ?? '');
  }
  return pass;
}

function namedByConnection(raw: readonly string[]): Set<string> | undefined {
  if (!hasHeader(raw, 'connection')) return undefined;
  const named = new Set<string>();
  for (let index = 0; index + 1 < raw.length; index += 2) {
    if (raw[index]?.toLowerCase() !== 'connection') continue;
    for (const token of (raw[index + 1] ?? '').split(',')) named.add(token.trim().toLowerCase());
  }
  return named;
}
