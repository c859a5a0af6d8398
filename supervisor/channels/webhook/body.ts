import type { IncomingMessage } from 'node:http';

/** Bytes of the largest request. */
export const BODY_LIMIT = 1024 * 1024;

export type Body =
  | { readonly kind: 'whole'; readonly raw: Buffer }
  | { readonly kind: 'too-large' | 'too-slow' | 'gone' };

/** Reads a body that may not be meant well: nobody has looked at its signature yet. */
export function readBody(request: IncomingMessage, ms: number): Promise<Body> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const timer = setTimeout(() => end({ kind: 'too-slow' }), ms);
    const end = (body: Body): void => {
      clearTimeout(timer);
      request.off('data', take);
      // The rest is read and thrown away, so that the answer is seen and not a reset.
      request.resume();
      resolve(body);
    };
    const take = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > BODY_LIMIT) return end({ kind: 'too-large' });
      chunks.push(chunk);
    };
    request.on('data', take);
    request.once('end', () => end({ kind: 'whole', raw: Buffer.concat(chunks) }));
    request.once('error', () => end({ kind: 'gone' }));
    request.once('close', () => end({ kind: 'gone' }));
  });
}
