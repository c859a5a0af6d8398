import type { Turn } from '../../../runtimes/contract.ts';
import type { Address, Channel } from '../../channels/adapter.ts';
import type { Log } from '../log.ts';
import type { Turns } from '../turns.ts';
import { ask, type Reply } from './ask.ts';
import type { Disk } from './disk.ts';
import { receiveFiles } from './files-in.ts';
import { linkedFiles, MOST_FILES } from './files-out.ts';
import type { Gate } from './gate.ts';
import type { OutFolder } from './out-folder.ts';
import type { Outbox } from './outbox.ts';
import { type Opened, type Post, tellAnswered } from './post.ts';
import type { Message, OpenMessage, Part } from './records.ts';
import { replyText } from './reply-text.ts';
import type { Room } from './room.ts';
import { StoreFailed } from './store/database.ts';
import type { Store } from './store/store.ts';
import { showTyping } from './typing.ts';
import { words } from './words.ts';

export interface AnswerTools {
  readonly turns: Turns;
  readonly store: Store;
  readonly disk: Disk;
  readonly outbox: Outbox;
  readonly out: OutFolder;
  readonly log: Log;
  readonly workspace: string;
  /** The message API takes images. */
  readonly images: boolean;
  readonly fetches: Gate;
  readonly pictures: Room;
}

export type OpenPost = Post & { readonly opened: Opened };

/** A message is asked this often; then its sender is told. */
const MOST_TRIES = 2;

/**
 * Answers one message: asks the runtime, writes the reply down in its place, hands that to the outbox. `signal`: the
 * sender wants no answer any more; `draining`: give up waiting for a disk. `again`: the runtime broke off.
 */
export async function answer(
  tools: AnswerTools,
  post: OpenPost,
  message: OpenMessage,
  signal: AbortSignal,
  draining: AbortSignal,
): Promise<'over' | 'again'> {
  const { store, disk, log } = tools;
  const { opened } = post;
  const kept = await disk.persist(() => store.message(message.seq), draining);
  if (!kept) return 'over';
  const finish = async (parts: readonly Part[]): Promise<'over'> => {
    const last = parts.at(-1);
    const whole = last ? [...parts.slice(0, -1), { ...last, lastOf: kept.to }] : [];
    await conclude(tools, message, whole, draining);
    if (!last) tellAnswered(post, kept.to);
    return 'over';
  };
  // Who was allowed when it came may be so no longer.
  if (!post.allowed(kept.sender.id)) return finish([]);
  if (message.tries >= MOST_TRIES) return finish(textParts(opened, kept, words.interrupted));

  await disk.persist(() => store.asked(message.seq), draining);
  const reply = await runTurn(tools, post, kept, signal);
  if (signal.aborted) return 'over';
  const { failure } = reply;
  if (failure && failure.code !== 'no-reply') {
    const { code, message: detail } = failure;
    log('warn', 'a turn failed', { channel: message.channel, code, detail: detail.slice(0, 300) });
    post.traffic.failed(`a turn failed: ${code}`);
    if (code === 'runtime-unavailable' && message.tries + 1 < MOST_TRIES) return 'again';
  }
  const files = await fileParts(tools, opened, kept, reply);
  const text = replyText(reply, {
    lost: files.lost,
    files: files.parts.length > 0,
    wanted: kept.wanted,
    again: message.tries > 0,
  });
  return finish([...(text === '' ? [] : textParts(opened, kept, text)), ...files.parts]);
}

async function runTurn(
  { turns, workspace, images, fetches, pictures }: AnswerTools,
  { config, opened }: OpenPost,
  message: Message,
  signal: AbortSignal,
): Promise<Reply> {
  const over = new AbortController();
  let done = (): void => undefined;
  void showTyping(opened, message.to, AbortSignal.any([signal, over.signal]));
  try {
    const { channel, adapter } = opened;
    const inbox = {
      channel,
      name: config.name,
      workspace,
      fileLimit: adapter.fileLimit,
      images,
      gate: fetches,
      room: pictures,
    };
    const received = await receiveFiles(inbox, message.files, signal);
    done = received.done;
    // A command of the runtime's own must stay one.
    const written =
      message.group && !message.text.startsWith('/')
        ? `[${message.sender.name}, ${message.sender.id}] ${message.text}`
        : message.text;
    const text = [written, ...received.notes].filter((one) => one !== '').join('\n');
    const list: Turn['messages'] = [
      { role: 'user', text, ...(received.images.length > 0 ? { images: received.images } : {}) },
    ];
    return await ask(turns, { session: message.session, messages: list, origin: config.type }, signal);
  } catch (error) {
    // A message API that throws has a bug; the person is told as of any other break.
    const detail = error instanceof Error ? error.message : String(error);
    return { text: '', cut: false, files: [], failure: { code: 'runtime-unavailable', message: detail } };
  } finally {
    over.abort();
    done();
  }
}

function textParts({ format, channel }: Opened, { to }: Message, markdown: string): Part[] {
  return format(markdown).map(({ text, plain }, index) => ({
    kind: 'text',
    to: index === 0 ? to : following(channel, to),
    text,
    plain,
  }));
}

/** Only the first part quotes the message, but where the platform puts all parts of an answer together by it. */
function following(channel: Channel, to: Address): Address {
  if (channel.answered) return to;
  const { message: _, ...place } = to;
  return place;
}

interface Files {
  readonly parts: readonly Part[];
  /** Names of those that are too large, or found no room on the disk. */
  readonly lost: readonly string[];
}

async function fileParts(
  { workspace, out }: AnswerTools,
  { adapter, channel }: Opened,
  message: Message,
  { text, files }: Reply,
): Promise<Files> {
  const to = following(channel, message.to);
  const parts: Part[] = [];
  const lost: string[] = [];
  for (const file of files) {
    const kept =
      file.data.length <= adapter.fileLimit ? await out.put(file).catch(() => undefined) : undefined;
    if (kept) parts.push({ kind: 'file', to, ...kept, own: true });
    else lost.push(file.name);
  }
  for (const file of await linkedFiles(text, workspace, adapter.fileLimit)) {
    if (parts.length < MOST_FILES) parts.push({ kind: 'file', to, ...file, own: false });
  }
  return { parts, lost };
}

async function conclude(
  { store, disk, outbox }: AnswerTools,
  message: OpenMessage,
  parts: readonly Part[],
  draining: AbortSignal,
): Promise<void> {
  try {
    outbox.add(disk.now(() => store.answered(message, parts)) ?? []);
  } catch (error) {
    if (!(error instanceof StoreFailed)) throw error;
    // The disk takes nothing, but the answer is there.
    for (const part of parts) outbox.say(message, part, true);
    await disk.persist(() => store.answered(message, []), draining);
  }
}
