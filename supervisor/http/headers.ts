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

/** What a client may say of who it is or where it came from; only the proxy may say it to a runtime. */
const forwarding =
  /^(forwarded|via|x-forwarded-.*|x-real-ip|x-client-ip|x-clawden-internal|cf-connecting-ip|true-client-ip)$/;

/**
 * A copy of a request's raw headers without hop-by-hop headers, without what `Connection` names, without the
 * client's own word on forwarding and without its Authorization.
 */
export function requestHeaders(raw: readonly string[]): [string, string][] {
  return endToEnd(raw).filter(([name]) => {
    const lower = name.toLowerCase();
    return !forwarding.test(lower) && lower !== 'authorization' && lower !== 'host';
  });
}

/** A copy of a response's raw headers that may go to the next hop. */
export function endToEnd(raw: readonly string[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let index = 0; index + 1 < raw.length; index += 2)
    pairs.push([raw[index] ?? '', raw[index + 1] ?? '']);
  const named = new Set(
    pairs
      .filter(([name]) => name.toLowerCase() === 'connection')
      .flatMap(([, value]) => value.split(',').map((token) => token.trim().toLowerCase())),
  );
  return pairs.filter(([name]) => {
    const lower = name.toLowerCase();
    return !hopByHop.has(lower) && !named.has(lower);
  });
}
