import type { Channel } from '../adapter.ts';
import { readBytes } from '../fetch-bytes.ts';
import { codeOf } from '../silence.ts';

const TIME = 120_000;
/** https://docs.discord.com/developers/reference#cdn-endpoints */
const CDN = new Set(['cdn.discordapp.com', 'media.discordapp.net']);

/** Fetches an attachment, which needs no token; from Discord's own hosts, and from that of `root`. */
export function createFetchFile(root: string): Channel['fetchFile'] {
  const own = new URL(root).origin;
  return async ({ ref }, limit, signal) => {
    const { host, protocol, origin } = new URL(ref);
    if (origin !== own && !(CDN.has(host) && protocol === 'https:'))
      throw new Error(`the file is not at Discord but at ${host}`);
    const time = AbortSignal.any([signal, AbortSignal.timeout(TIME)]);
    const response = await fetch(ref, { signal: time }).catch((error: unknown) => {
      throw new Error(`Discord does not hand out the file (${codeOf(error) ?? 'no answer'})`);
    });
    if (response.ok) return readBytes(response, limit);
    await response.body?.cancel();
    throw new Error(`Discord answers ${response.status} when the file is fetched`);
  };
}
