/** Reads the body of an answer. Throws, and hangs up, once it is longer than `limit` bytes. */
export async function readBytes(response: Response, limit: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    // Leaving the loop hangs up.
    if (size > limit) throw tooLarge(limit);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

export function tooLarge(limit: number): Error {
  return new Error(`the file is larger than ${limit} bytes`);
}
