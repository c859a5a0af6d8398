import type { Channel } from '../adapter.ts';
import { readBytes } from '../fetch-bytes.ts';
import { codeOf } from '../silence.ts';

const TIME = 120_000;

/** Fetches a file with the bot's token, which goes to Slack's own hosts and to that of `root`, and to no other. */
export function createFetchFile(root: string, token: string): Channel['fetchFile'] {
  const own = new URL(root).origin;
  return async ({ ref, mediaType }, limit, signal) => {
    const { host, protocol, origin } = new URL(ref);
    const isSlack = protocol === 'https:' && /(^|\.)slack\.com$/.test(host);
    if (origin !== own && !isSlack) throw new Error(`the file is not at Slack but at ${host}`);
    const time = AbortSignal.any([signal, AbortSignal.timeout(TIME)]);
    const headers = { authorization: `Bearer ${token}` };
    // A token that may read no files is sent to a page where people log in.
    const response = await fetch(ref, { signal: time, headers, redirect: 'manual' }).catch(
      (error: unknown) => {
        throw new Error(`Slack does not hand out the file (${codeOf(error) ?? 'no answer'})`);
      },
    );
    const isPage = response.headers.get('content-type')?.startsWith('text/html') === true;
    if (response.ok && (!isPage || mediaType === 'text/html')) return readBytes(response, limit);
    await response.body?.cancel();
    const login = response.ok || response.status === 302 || response.status === 403;
    throw new Error(
      login
        ? 'Slack does not hand out the file: the app needs the scope files:read'
        : `Slack answers ${response.status} when the file is fetched`,
    );
  };
}
