import type { IncomingMessage } from 'node:http';

/** Bytes of the largest request. */
export const BODY_LIMIT = 1024 * 1024;

export type Body =
  | { readonly kind: 'whole'; readonly raw: Buffer }
  | { readonly kind: 'too-large' | 'too-slow' | 'no-room' | 'gone' };

/** Reads bodies that may not be meant well: nobody has looked at their signatures yet. */
export interface BodyReader {
  readonly read: (request: IncomingMessage) => Promise<Body>;
}

/**
 * `ms`: how long one body may take. `room`: bytes of all bodies that are being read, since many who send slowly must not
 * keep out those who do not.
 */
export function createBodyReader(ms: number, room: number): BodyReader {
  let held = 0;
  return {
    read: async (request) => {
      let mine = 0;
      const take = (bytes: number): boolean => {
        held += bytes;
        mine += bytes;
        return held <= room;
      };
      return readBody(request, ms, take).finally(() => {
        held -= mine;
      });
    },
  };
}

function readBody(request: IncomingMessage, ms: number, hold: (bytes: number) => boolean): Promise<Body> {
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
      if (!hold(chunk.length)) return end({ kind: 'no-room' });
      chunks.push(chunk);
    };
    request.on('data', take);
    request.once('end', () => end({ kind: 'whole', raw: Buffer.concat(chunks) }));
    request.once('error', () => end({ kind: 'gone' }));
    request.once('close', () => end({ kind: 'gone' }));
  });
}
