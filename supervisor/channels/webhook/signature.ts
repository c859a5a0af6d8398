import { createHmac, timingSafeEqual } from 'node:crypto';

/** Name of the header that carries the signature, both ways. */
export const SIGNATURE = 'x-clawden-signature';
/** Seconds that the two clocks may differ, and so the time in which a request could be sent again by somebody else. */
export const TOLERANCE = 300;

export type Verdict =
  | { readonly kind: 'good'; readonly mark: string }
  | { readonly kind: 'bad'; readonly code: string; readonly message: string };

/** Value of the header for a body that is sent at this time, in seconds. */
export function sign(secret: string, seconds: number, body: Buffer): string {
  return `t=${seconds},v1=${hmac(secret, String(seconds), body).toString('hex')}`;
}

/**
 * Judges the header of a request: `t=<unix seconds>,v1=<hex HMAC-SHA256 of "<t>.<raw body>">`. Several `v1` may stand in it,
 * for senders that change their secret. `mark` is the same for the same signed request and for no other.
 */
export function verify(secret: string, header: string | undefined, body: Buffer, seconds: number): Verdict {
  const form = `${SIGNATURE}: t=<unix seconds>,v1=<hex HMAC-SHA256 of "<t>.<raw body>">`;
  if (header === undefined) return bad('signature_missing', `send the header ${form}`);
  const pairs = header.split(',').map((pair) => pair.trim().split('='));
  const time = pairs.find(([name]) => name === 't')?.[1] ?? '';
  const given = pairs.filter(([name]) => name === 'v1').map(([, value]) => value ?? '');
  if (!/^\d{1,15}$/.test(time) || given.length === 0) return bad('signature_malformed', `expected ${form}`);
  const expected = hmac(secret, time, body);
  const good = given.map((value) => same(value, expected)).includes(true);
  if (!good)
    return bad(
      'signature_wrong',
      'not signed with this channel’s secret, or the body was changed on its way',
    );
  const off = Number(time) - seconds;
  if (Math.abs(off) > TOLERANCE) {
    const how = `${Math.abs(off)} s ${off < 0 ? 'before' : 'after'} this server’s clock`;
    return bad('signature_expired', `t is ${how}; ${TOLERANCE} s are allowed: sign each try anew`);
  }
  return { kind: 'good', mark: `${time}.${expected.toString('hex')}` };
}

function hmac(secret: string, time: string, body: Buffer): Buffer {
  return createHmac('sha256', secret).update(`${time}.`).update(body).digest();
}

function same(hex: string, expected: Buffer): boolean {
  const given = Buffer.from(hex, 'hex');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function bad(code: string, message: string): Verdict {
  return { kind: 'bad', code, message };
}
