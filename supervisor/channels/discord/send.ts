import { createHash } from 'node:crypto';
import { type Address, type Channel, type OutgoingPart, SendFailed } from '../adapter.ts';
import { type Rest, Trouble } from './rest.ts';

/** Not shown: a page that an agent was talked into linking must not be fetched the moment it is posted. */
const SUPPRESS_EMBEDS = 1 << 2;
const NO_HISTORY = 160_002;
const MOST_ANSWERED = 500;

/** Sends messages of one bot. In a server the first part of an answer points at the message that it answers. */
export function createSend(rest: Rest): Channel['send'] {
  const answered = new Set<string>();

  async function post(
    to: Address,
    part: OutgoingPart,
    key: string,
    signal: AbortSignal,
    reply: boolean,
  ): Promise<void> {
    const body = {
      // Whatever an agent was talked into writing calls nobody.
      allowed_mentions: { parse: [] },
      // Discord drops a second message with the same one for some minutes: a try again is not seen twice.
      nonce: createHash('sha256').update(key).digest('base64url').slice(0, 25),
      enforce_nonce: true,
      ...(reply ? { message_reference: { message_id: to.message, fail_if_not_exists: false } } : {}),
      ...(part.kind === 'text' ? { content: part.text, flags: SUPPRESS_EMBEDS } : {}),
    };
    const {
      name,
      data,
      mediaType: contentType,
    } = part.kind === 'file' ? part : { name: '', data: undefined, mediaType: '' };
    const files = data ? { files: [{ name, data, contentType }] } : {};
    await rest.ask('POST', `/channels/${to.chat}/messages`, { body, signal, ...files });
  }

  return async (to, part, key, signal) => {
    const reply = to.message !== undefined && !answered.has(to.message);
    try {
      await post(to, part, key, signal, reply).catch((error: unknown) => {
        if (!(error instanceof Trouble) || error.code !== NO_HISTORY) throw error;
        return post(to, part, key, signal, false);
      });
    } catch (error) {
      throw toSendFailed(error);
    }
    if (to.message === undefined) return;
    answered.add(to.message);
    const [oldest] = answered;
    if (answered.size > MOST_ANSWERED && oldest !== undefined) answered.delete(oldest);
  };
}

function toSendFailed(error: unknown): SendFailed {
  if (!(error instanceof Trouble))
    return new SendFailed(String(error), { outcome: 'later', uncertain: true });
  return new SendFailed(error.message, outcomeOf(error));
}

function outcomeOf({ status, retryAfter, uncertain }: Trouble): SendFailed['failure'] {
  const after = retryAfter === undefined ? {} : { retryAfter };
  // 401: a new token may come with the next start.
  if (status === undefined || status === 401 || status === 429 || status >= 500)
    return { outcome: 'later', uncertain, ...after };
  // Blocked, no server shared, thrown out, no right to write, channel deleted.
  if (status === 403 || status === 404) return { outcome: 'gone', uncertain: false };
  return { outcome: 'refused', uncertain: false };
}
