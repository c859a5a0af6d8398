import type { TurnMessage } from './contract-messages.ts';

/**
 * A conversation as one text, for runtimes that take one message at a time. With a lasting session there is one message,
 * and it stays as it is.
 */
export function fold(messages: readonly TurnMessage[]): string {
  const last = messages.at(-1);
  if (!last || (messages.length === 1 && last.role === 'user')) return last?.text ?? '';
  const current = last.role === 'user' ? last.text : '';
  const earlier = current === '' ? messages : messages.slice(0, -1);
  const lines = earlier.map(({ role, text }) => `${names[role]}: ${text}`);
  return `${EARLIER}\n${lines.join('\n')}\n\n${CURRENT}\n${current}`;
}

/** What the user wrote in a folded text, oldest first; undefined when it is none. */
export function unfold(text: string): readonly string[] | undefined {
  const at = text.lastIndexOf(CURRENT);
  if (!text.startsWith(EARLIER) || at < 0) return undefined;
  const earlier = text.slice(EARLIER.length, at).trim();
  const said = earlier
    .split(/\n(?=(?:User|Assistant|Instructions): )/)
    .filter((entry) => entry.startsWith(USER));
  const current = text.slice(at + CURRENT.length).trim();
  return [...said.map((entry) => entry.slice(USER.length).trim()), ...(current === '' ? [] : [current])];
}

const EARLIER = '[The conversation so far]';
const CURRENT = '[Answer now]';
const USER = 'User: ';

const names: Readonly<Record<TurnMessage['role'], string>> = {
  system: 'Instructions',
  user: 'User',
  assistant: 'Assistant',
};
