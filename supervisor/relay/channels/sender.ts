import { rm } from 'node:fs/promises';
import type {
  Address,
  Channel,
  ChannelAdapter,
  OutgoingPart,
  SendFailure,
  TextPart,
} from '../../channels/adapter.ts';
import { traceOf } from '../uncaught.ts';
import { readOutgoing } from './files-out.ts';
import { type Format, safeFormat } from './format.ts';
import type { FileRecord, Part, TextRecord } from './records.ts';
import { words } from './words.ts';

/** Parts of the store as the platform takes them. */
export interface Sender {
  /** Undefined: the platform has it. `again`: it may be there already, and gets a mark. Throws at a fault of the adapter. */
  readonly send: (part: Part, key: string, again: boolean) => Promise<SendFailure | undefined>;
}

export interface SenderOptions {
  readonly channel: Channel;
  readonly adapter: ChannelAdapter;
  /** Folders that files may be sent from. */
  readonly roots: readonly string[];
  readonly sent: () => void;
  /** One sentence, without a text of a conversation. */
  readonly failed: (what: string) => void;
}

type Outcome = SendFailure | undefined;

const TEXT_LIMIT = 60_000;
const FILE_LIMIT = 300_000;
/** No platform's limit is lower; a mark that does not fit in front becomes a message of its own. */
const SHORT = 1_900;

export function createSender(options: SenderOptions): Sender {
  const format = safeFormat(options.adapter);
  return {
    send: async (part, key, again) => {
      if (part.kind === 'file') return sendFile(options, format, part, key, again);
      if (!again) return sendText(options, part.to, part, key);
      const mark = format(words.sentAgain)[0];
      if (mark.text.length + Math.max(part.text.length, part.plain.length) < SHORT) {
        return sendText(options, part.to, after(mark, part), key);
      }
      return (await sendText(options, part.to, mark, `${key}-m`)) ?? sendText(options, part.to, part, key);
    },
  };
}

function after(mark: TextPart, part: TextRecord): Omit<TextPart, 'kind'> {
  return { text: `${mark.text}\n${part.text}`, plain: `${mark.plain}\n${part.plain}` };
}

/** Once more without markup where the platform refuses it. */
async function sendText(
  options: SenderOptions,
  to: Address,
  { text, plain }: Omit<TextPart, 'kind'>,
  key: string,
): Promise<Outcome> {
  const failure = await attempt(options, to, { kind: 'text', text, plain }, key);
  if (failure?.outcome !== 'refused' || text === plain) return failure;
  return attempt(options, to, { kind: 'text', text: plain, plain }, key);
}

async function sendFile(
  options: SenderOptions,
  format: Format,
  part: FileRecord,
  key: string,
  again: boolean,
): Promise<Outcome> {
  const { to, name, mediaType, path } = part;
  const data = await readOutgoing(path, options.roots, options.adapter.fileLimit);
  if (!data) return sendText(options, to, format(words.fileGone(name))[0], key);
  if (again) {
    const failure = await sendText(options, to, format(words.sentAgain)[0], `${key}-m`);
    if (failure) return failure;
  }
  const failure = await attempt(options, to, { kind: 'file', name, mediaType, data }, key);
  if (failure?.outcome === 'refused') {
    return sendText(options, to, format(words.fileRefused(name))[0], `${key}-r`);
  }
  // Where it cannot be removed, the next start tries again.
  if (part.own && !failure) await rm(path, { force: true }).catch(() => undefined);
  return failure;
}

async function attempt(
  { channel, sent, failed }: SenderOptions,
  to: Address,
  part: OutgoingPart,
  key: string,
): Promise<Outcome> {
  try {
    const limit = AbortSignal.timeout(part.kind === 'text' ? TEXT_LIMIT : FILE_LIMIT);
    await channel.send(to, part, key, limit);
    sent();
    return undefined;
  } catch (error) {
    const failure = failureOf(error);
    // The words of a fault may quote what was sent; those of `SendFailed` do not.
    const words = failure ? String(Object(error).message).slice(0, 300) : traceOf(error).error;
    failed(`a message was not sent: ${words}`);
    if (!failure) throw error;
    return failure;
  }
}

/** By its form: the adapter is a bundle of its own, with a class of its own. */
function failureOf(error: unknown): SendFailure | undefined {
  const failure = (error as { failure?: Partial<SendFailure> } | null)?.failure;
  if (failure?.outcome === undefined) return undefined;
  return { uncertain: false, ...failure, outcome: failure.outcome };
}
