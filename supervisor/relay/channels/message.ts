import type { Incoming } from '../../channels/adapter.ts';
import type { Message } from './records.ts';

/** Characters of one message; only webhooks bring more. */
const LONGEST_TEXT = 100_000;
const LONGEST_NAME = 64;
const MOST_FILES = 20;

/** What is kept of a message. Pure. */
export function messageOf(
  { to, sender, direct, mentioned, text, files }: Incoming,
  session: string,
): Message {
  return {
    to,
    sender: { id: sender.id, name: shownName(sender.name) },
    wanted: direct || mentioned,
    group: !direct,
    session,
    text: cut(text.replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/g, '')),
    files: files.slice(0, MOST_FILES).map((file) => ({ ...file, name: cutTo(file.name, 300) })),
  };
}

/** Anybody chooses theirs: it must not look like something else than a name, nor bring an id of its own along. */
function shownName(name: string): string {
  const plain = name.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}[\],]/gu, ' ').replace(/\s+/g, ' ');
  return cutTo(plain, LONGEST_NAME).trim() || 'somebody';
}

function cut(text: string): string {
  if (text.length <= LONGEST_TEXT) return text;
  return `${cutTo(text, LONGEST_TEXT)}\n[cut here: the message had ${text.length} characters]`;
}

function cutTo(text: string, length: number): string {
  // Not in the middle of a character.
  return text.slice(0, length).replace(/[\ud800-\udbff]$/, '');
}
