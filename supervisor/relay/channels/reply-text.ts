import type { Reply } from './ask.ts';
import { failures, words } from './words.ts';

export interface ReplyAbout {
  /** Names of files that could not be handed on. */
  readonly lost: readonly string[];
  /** Files go with it, so that no text is needed. */
  readonly files: boolean;
  /** Somebody waits for an answer. */
  readonly wanted: boolean;
  /** The runtime was asked for it a second time. */
  readonly again: boolean;
}

/** What the person reads, in Markdown; empty: nothing. Pure. */
export function replyText({ text, cut, failure }: Reply, { lost, files, wanted, again }: ReplyAbout): string {
  const said = text.trim() === '' ? [] : [text];
  if (cut) said.push(words.cutReply);
  said.push(...lost.map(words.fileRefused));
  if (failure && failure.code !== 'no-reply' && wanted) said.push(failures[failure.code]);
  // Who wrote to the bot must know that nothing more comes; a group whose talk it overhears must not.
  if (said.length === 0 && !files && wanted) said.push(words.noAnswer);
  if (said.length > 0 && again) said.unshift(words.askedAgain);
  return said.join('\n\n');
}
