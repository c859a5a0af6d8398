import { words } from '../../supervisor/relay/channels/words.ts';

/** One message of the bot, as the platform took it. */
export interface Answer {
  readonly chat: string;
  /** Of the message that it answers; a notice answers none. */
  readonly id: string | undefined;
  readonly text: string;
}

/** What people and the runtime saw. Ids are `m1`, `m2`, … in the order of writing. */
export interface Seen {
  /** Messages that the platform was told it may forget. */
  readonly acknowledged: readonly string[];
  /** In the order of their arrival. */
  readonly answers: readonly Answer[];
  /** Texts of turns, one per line. */
  readonly asked: string;
}

/** Ids of messages with which something is wrong; and how often the relay said what it is not sure of. */
export interface Verdict {
  /** Acknowledged, and no word came back. */
  readonly unanswered: readonly string[];
  /** Answered twice, and the second answer does not say so. */
  readonly twice: readonly string[];
  /** The runtime was asked twice, and the answer does not say so. */
  readonly askedTwice: readonly string[];
  /** Answered before a message of the same chat that came earlier. */
  readonly disorder: readonly string[];
  /** Got the answer to another message. */
  readonly mixedUp: readonly string[];
  /** Answers that say that they may be there twice, that they were asked for again, that the relay gave up. */
  readonly marked: { readonly sentAgain: number; readonly askedAgain: number; readonly gaveUp: number };
}

/** What a person writes: the runtime repeats it, so that its answer can be told from others. */
export const question = (id: string): string => `question ${id}.`;

const asksFor = (text: string): string | undefined => /question (m\d+)\./.exec(text)?.[1];

export function judge({ acknowledged, answers, asked }: Seen): Verdict {
  const texts = new Map<string, string[]>();
  const lastOf = new Map<string, number>();
  const disorder: string[] = [];
  const mixedUp: string[] = [];
  for (const { chat, id, text } of answers) {
    // Notices answer no message.
    if (id === undefined || text === words.starting) continue;
    if ((asksFor(text) ?? id) !== id) mixedUp.push(id);
    const known = texts.get(id);
    texts.set(id, [...(known ?? []), text]);
    if (known) continue;
    const number = Number(id.slice(1));
    if (number < (lastOf.get(chat) ?? 0)) disorder.push(id);
    lastOf.set(chat, number);
  }
  const times = new Map<string, number>();
  for (const line of asked.split('\n')) {
    const id = asksFor(line);
    if (id) times.set(id, (times.get(id) ?? 0) + 1);
  }
  const all = [...texts.values()].flat();
  const count = (mark: string): number => all.filter((text) => text.includes(mark)).length;
  const says = (id: string, ...marks: string[]): boolean =>
    (texts.get(id) ?? []).every((text) => marks.some((mark) => text.includes(mark)));
  return {
    unanswered: acknowledged.filter((id) => !texts.has(id)),
    twice: [...texts]
      .filter(([, each]) => each.slice(1).some((text) => !text.includes(words.sentAgain)))
      .map(([id]) => id),
    askedTwice: [...times]
      .filter(([id, n]) => n > 1 && !says(id, words.askedAgain, words.interrupted))
      .map(([id]) => id),
    disorder,
    mixedUp,
    marked: {
      sentAgain: count(words.sentAgain),
      askedAgain: count(words.askedAgain),
      gaveUp: count(words.interrupted),
    },
  };
}
