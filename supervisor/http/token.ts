import { hash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Compares in constant time; hashing first makes the lengths equal. */
export function sameSecret(given: string, expected: string): boolean {
  if (known?.text !== expected) known = { text: expected, digest: digest(expected) };
  return timingSafeEqual(digest(given), known.digest);
}

/** The token of `Authorization: Bearer …`, or undefined. */
export function bearer(request: IncomingMessage): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1];
}

/** Of the secret that was expected last: there is one in the life of a process. */
let known: { readonly text: string; readonly digest: Buffer } | undefined;

function digest(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}
