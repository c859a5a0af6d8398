import type { Endpoint } from '../contract.ts';

/** A file that PicoClaw offers: `url` is a path on its own port. */
export interface Offered {
  readonly name: string;
  readonly mediaType: string;
  readonly url: string;
}

/** Bytes; PicoClaw's own limit is 20 MB, and its configuration can raise it. */
const LARGEST = 50 * 1024 * 1024;
/** It comes from the same machine. */
const TIME_LIMIT = 30_000;

/** The bytes of an offered file; undefined when it is gone, too large or elsewhere: the bearer goes to PicoClaw only. */
export async function fetchOffered(
  { host, port, bearer }: Endpoint,
  { url }: Offered,
  signal: AbortSignal,
): Promise<Buffer | undefined> {
  if (!/^\/pico\/media\/[\w-]+$/.test(url)) return undefined;
  try {
    const response = await fetch(`http://${host}:${port}${url}`, {
      headers: { authorization: `Bearer ${bearer}` },
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIME_LIMIT)]),
    });
    if (response.ok) return await bounded(response);
    await response.body?.cancel();
  } catch {
    // Not there, or not in time: the reply says which file is missing.
  }
  return undefined;
}

async function bounded({ body }: Response): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    // Leaving the loop cancels the rest.
    if (size > LARGEST) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
