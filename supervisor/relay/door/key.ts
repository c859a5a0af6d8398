import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** Whether a request to the door carries the placeholder key, in either place where clients put keys. */
export function carriesKey(headers: IncomingHttpHeaders, key: string): boolean {
  const bearer = /^Bearer +(.+)$/i.exec(headers.authorization ?? '')?.[1];
  const named = headers['x-api-key'];
  return same(bearer, key) || same(typeof named === 'string' ? named : undefined, key);
}

/** Equality in constant time. The length is no secret. */
export function same(given: string | undefined, expected: string): boolean {
  if (given === undefined) return false;
  const a = Buffer.from(given);
  const b = Buffer.from(expected);
  return a.length === b.length && timingSafeEqual(a, b);
}
