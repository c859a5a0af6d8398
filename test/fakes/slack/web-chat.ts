import type { Fields } from '../platform/http.ts';
import { fileOf, type StoredFile } from './files.ts';
import { team } from './slack.ts';
import { bot, type Call, type Method, parsed, Refused } from './web-call.ts';

/** https://docs.slack.dev/reference/methods/chat.postMessage: longer ones are cut off. */
const LONGEST_TEXT = 40_000;
/** https://docs.slack.dev/reference/block-kit/blocks */
const MOST_BLOCKS = 50;
const LONGEST_SECTION = 3000;
const LONGEST_MARKDOWN = 12_000;

export const chatMethods: Readonly<Record<string, Method>> = {
  'chat.postMessage': bot('chat:write', (call) => {
    const text = textOf(call);
    return post(call, { channel: channelOf(call.body['channel'], call), text });
  }),
  'chat.update': bot('chat:write', (call) => {
    const { slack, body } = call;
    const [channel, ts] = [String(body['channel']), String(body['ts'])];
    const text = textOf(call);
    if (!slack.posted.change(channel, ts, { text })) throw new Refused('message_not_found');
    slack.edit({ channel, ts, text });
    return { channel, ts, text };
  }),
  'chat.delete': bot('chat:write', ({ slack, body }) => {
    const [channel, ts] = [String(body['channel']), String(body['ts'])];
    if (!slack.posted.change(channel, ts, { deleted: true })) throw new Refused('message_not_found');
    return { channel, ts };
  }),
};

/** A message of the bot; everybody in the channel hears it, the bot itself too. */
export function post(
  { slack, app, body }: Call,
  { channel, text, files = [] }: { channel: string; text: string; files?: readonly StoredFile[] },
): Fields {
  const ts = slack.timestamp();
  const user = slack.direct.get(channel);
  const thread = typeof body['thread_ts'] === 'string' ? body['thread_ts'] : undefined;
  slack.posted.add({
    id: ts,
    channel,
    token: app.botToken,
    ...(user ? { user } : {}),
    ...(thread ? { thread } : {}),
    files: files.map(({ name, type, size, data }) => ({ name, type, size, data })),
    text,
    deleted: false,
  });
  const shared = files.length > 0 ? { subtype: 'file_share', files: files.map((file) => fileOf(file)) } : {};
  const author = { user: app.user, bot_id: app.botId, app_id: app.id };
  slack.tell({ type: 'message', ...author, ...shared, text, ...slack.place(channel, ts, thread) });
  return { channel, ts, message: { type: 'message', ...author, text, ts, team } };
}

/** A person's id stands for the direct chat with them. */
export function channelOf(asked: unknown, { slack }: Call): string {
  const channel = typeof asked === 'string' ? asked : '';
  if (/^[UW]/.test(channel)) return slack.directWith(channel);
  if (!/^[CDG]/.test(channel)) throw new Refused('channel_not_found');
  return channel;
}

function textOf({ body }: Call): string {
  const text = String(body['text'] ?? '');
  const blocks = parsed(body['blocks']);
  if (text === '' && !blocks) throw new Refused('no_text');
  if (Array.isArray(blocks)) checkBlocks(blocks);
  return text.slice(0, LONGEST_TEXT);
}

interface Block {
  readonly type?: string;
  readonly text?: string | { readonly text?: string };
}

function checkBlocks(blocks: readonly Block[]): void {
  if (blocks.length > MOST_BLOCKS) throw new Refused('invalid_blocks');
  let markdown = 0;
  for (const { type, text } of blocks) {
    const { length } = (typeof text === 'string' ? text : text?.text) ?? '';
    if (type === undefined || (type === 'section' && length > LONGEST_SECTION))
      throw new Refused('invalid_blocks');
    if (type === 'markdown') markdown += length;
  }
  if (markdown > LONGEST_MARKDOWN) throw new Refused('msg_blocks_too_long');
}
