import { type Address, type Channel, type FilePart, SendFailed, type TextPart } from '../adapter.ts';
import { codeOf } from '../silence.ts';
import { Trouble, toTrouble, type Web } from './web.ts';
import { reasons } from './words.ts';

const FILE_TIME = 300_000;

/** Sends messages of one app. `refused` hears of calls that Slack refuses. */
export function createSend(web: Web, refused: (trouble: Trouble) => void): Channel['send'] {
  async function sendText({ chat, thread }: Address, part: TextPart, signal: AbortSignal): Promise<void> {
    const message = {
      channel: chat,
      text: part.text,
      ...(thread === undefined ? {} : { thread_ts: thread }),
      // A page that an agent was talked into linking must not be fetched the moment it is posted.
      unfurl_links: false,
      unfurl_media: false,
    };
    await web.call('chat.postMessage', message, signal);
  }

  async function sendFile({ chat, thread }: Address, part: FilePart, signal: AbortSignal): Promise<void> {
    const { name, data } = part;
    // Slack takes no empty file.
    if (data.length === 0) throw new Trouble('Slack takes no empty file', { word: 'empty_file' });
    const place = await web.call(
      'files.getUploadURLExternal',
      { filename: name, length: data.length },
      signal,
    );
    await upload(String(place['upload_url']), part, signal);
    const where = { channel_id: chat, ...(thread === undefined ? {} : { thread_ts: thread }) };
    await web.call(
      'files.completeUploadExternal',
      { files: [{ id: place['file_id'], title: name }], ...where },
      signal,
    );
  }

  return async (to, part, _key, signal) => {
    try {
      await (part.kind === 'text' ? sendText(to, part, signal) : sendFile(to, part, signal));
    } catch (error) {
      const trouble = toTrouble(error);
      refused(trouble);
      throw new SendFailed(trouble.message, outcomeOf(trouble));
    }
  };
}

/** Needs no token: the address is good for this one file. */
async function upload(url: string, { name, data, mediaType }: FilePart, signal: AbortSignal): Promise<void> {
  const form = new FormData();
  form.append('file', new Blob([new Uint8Array(data)], { type: mediaType }), name);
  const time = AbortSignal.any([signal, AbortSignal.timeout(FILE_TIME)]);
  const response = await fetch(url, { method: 'POST', body: form, signal: time, redirect: 'error' }).catch(
    (error: unknown) => {
      // Certain: nothing is seen of a file before it is completed.
      throw new Trouble(`the file could not be brought to Slack (${codeOf(error) ?? 'no answer'})`);
    },
  );
  await response.body?.cancel();
  if (!response.ok) throw new Trouble(`Slack answers ${response.status} when a file is brought`);
}

/** https://docs.slack.dev/reference/methods/chat.postMessage#errors: the chat takes no more messages of the app. */
const gone = new Set([
  'channel_not_found',
  'is_archived',
  'not_in_channel',
  'user_not_found',
  'user_disabled',
  'cannot_dm_bot',
  'messages_tab_disabled',
  'thread_not_found',
  'restricted_action',
  'restricted_action_read_only_channel',
  'restricted_action_thread_locked',
  'restricted_action_non_threadable_channel',
]);
/** They pass. */
const later = new Set([
  'ratelimited',
  'rate_limited',
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
]);

function outcomeOf({ word, retryAfter, uncertain }: Trouble): SendFailed['failure'] {
  if (word === undefined) return { outcome: 'later', uncertain };
  if (gone.has(word)) return { outcome: 'gone', uncertain: false };
  const after = retryAfter === undefined ? {} : { retryAfter };
  if (later.has(word))
    return { outcome: 'later', uncertain: word === 'fatal_error' || word === 'internal_error', ...after };
  // A new token may come with the next start; a scope that is missing for files alone comes with no try again.
  if (reasons[word]?.startsWith('token-')) return { outcome: 'later', uncertain: false };
  return { outcome: 'refused', uncertain: false };
}
