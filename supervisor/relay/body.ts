import type { IncomingMessage } from 'node:http';

export class BodyTooLarge extends Error {}

/**
 * The whole body, or `BodyTooLarge` as soon as it is known to exceed the limit. What is too much is read and thrown
 * away: a client that is cut while it sends sees a reset and never the answer that says why.
 */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const take = (chunk: Buffer): void => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else reject(new BodyTooLarge());
    };
    if (Number(request.headers['content-length'] ?? 0) > limit) reject(new BodyTooLarge());
    request.on('data', take);
    request.once('end', () => resolve(Buffer.concat(chunks)));
    request.once('error', reject);
    request.once('close', () => reject(new Error('the client hung up')));
  });
}
