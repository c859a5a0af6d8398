import type { Channel } from '../adapter.ts';
import { readBytes, tooLarge } from '../fetch-bytes.ts';
import { type BotClient, refusedBy, silence, within } from './client.ts';

const TIME = 120_000;

/** Fetches a file that somebody sent; Telegram hands out up to 20 MB, and for about an hour after it was asked. */
export function createFetchFile({ api, fileUrl }: BotClient): Channel['fetchFile'] {
  return async ({ ref }, limit, signal) => {
    const time = within(TIME, signal);
    const file = await api.getFile(ref, time).catch((error: unknown) => {
      const refused = refusedBy(error);
      throw new Error(refused ? `Telegram answers ${refused.code}: ${refused.words}` : silence(error).words);
    });
    if ((file.file_size ?? 0) > limit) throw tooLarge(limit);
    const path = file.file_path;
    if (path === undefined) throw new Error('Telegram names no place for the file');
    // A Bot API server that was started with --local, on another machine or in another container.
    if (path.startsWith('/'))
      throw new Error(
        'the Bot API server keeps its files for programs on its own machine; start it without --local',
      );
    const response = await fetch(fileUrl(path), { signal: time as AbortSignal }).catch((error: unknown) => {
      throw new Error(silence(error).words);
    });
    if (!response.ok || !response.body) {
      await response.body?.cancel();
      throw new Error(`Telegram answers ${response.status} when the file is fetched`);
    }
    return readBytes(response, limit);
  };
}
