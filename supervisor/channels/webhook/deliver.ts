import { type Address, type OutgoingPart, SendFailed } from '../adapter.ts';
import { codeOf, nothingSent } from '../silence.ts';
import { toFile } from './answer.ts';
import { SIGNATURE, sign } from './signature.ts';

const TIME = 30_000;

/** POSTs one part of an answer to the channel's address, signed. `key` is its id: the same at every try. */
export async function deliver(
  channel: { readonly name: string; readonly url: string; readonly secret: string },
  to: Address,
  part: OutgoingPart,
  key: string,
  signal: AbortSignal,
): Promise<void> {
  const { chat, thread, message } = to;
  const content = part.kind === 'text' ? { text: part.text } : { text: '', files: [toFile(part)] };
  const where = { channel: channel.name, chat, ...(thread === undefined ? {} : { thread }) };
  const about = message === undefined ? {} : { in_reply_to: message };
  const body = Buffer.from(JSON.stringify({ id: key, ...about, ...where, ...content }));
  const response = await fetch(channel.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      [SIGNATURE]: sign(channel.secret, Math.floor(Date.now() / 1000), body),
    },
    body,
    // It would be signed for one address and read at another.
    redirect: 'manual',
    signal: AbortSignal.any([signal, AbortSignal.timeout(TIME)]),
  }).catch((error: unknown) => {
    const code = codeOf(error) ?? Object(error).name;
    throw new SendFailed(`no answer from ${new URL(channel.url).host} (${code})`, {
      outcome: 'later',
      uncertain: !nothingSent(error),
    });
  });
  // Read to its end, so that the connection can be used again; a receiver has nothing to say.
  await response.body?.cancel();
  if (!response.ok) throw toSendFailed(response, new URL(channel.url).host);
}

function toSendFailed({ status, headers }: Response, host: string): SendFailed {
  const words = `${host} answers ${status}`;
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  const after = seconds > 0 ? { retryAfter: seconds * 1000 } : {};
  if (status === 429 || status === 503)
    return new SendFailed(words, { outcome: 'later', uncertain: false, ...after });
  if (status >= 500 || status === 408)
    return new SendFailed(words, { outcome: 'later', uncertain: true, ...after });
  return new SendFailed(words, { outcome: status === 410 ? 'gone' : 'refused', uncertain: false });
}
