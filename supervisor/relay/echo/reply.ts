import type { Conversation } from './conversation.ts';

/** What the echo answers. Only scripted, for tests, is it ever anything but a text. */
export type EchoReply =
  | { readonly kind: 'text'; readonly delay: number; readonly text: string }
  | { readonly kind: 'tool'; readonly delay: number; readonly name: string; readonly input: string }
  | { readonly kind: 'status'; readonly delay: number; readonly status: number };

/** The user's own last words; scripted, what the directives among them ask for. Pure. */
export function replyTo(conversation: Conversation, scripted: boolean): EchoReply {
  const last = conversation.texts.at(-1) ?? '';
  if (!scripted) return { kind: 'text', delay: 0, text: orOk(last) };

  const delay = Number(/\[\[delay (\d+)\]\]/.exec(last)?.[1] ?? 0);
  const status = /\[\[status ([1-5]\d\d)\]\]/.exec(last)?.[1];
  if (status) return { kind: 'status', delay, status: Number(status) };

  const tool = /\[\[tool (\S+) (\{[\s\S]*\})\]\]/.exec(last);
  if (tool && conversation.toolResult !== undefined) {
    return { kind: 'text', delay: 0, text: orOk(conversation.toolResult) };
  }
  if (tool) return { kind: 'tool', delay, name: tool[1] ?? '', input: tool[2] ?? '{}' };

  if (last.includes('[[history]]')) {
    const earlier = conversation.texts.slice(0, -1).join(' | ');
    return { kind: 'text', delay, text: earlier === '' ? 'nothing yet' : earlier };
  }
  return { kind: 'text', delay, text: orOk(last.replace(/\s*\[\[delay \d+\]\]\s*/g, ' ').trim()) };
}

/** Runtimes take an empty answer for a fault and ask again. */
function orOk(text: string): string {
  return text === '' ? 'ok' : text;
}

/** A text in the pieces in which a model would send it: word by word, at most 40. */
export function pieces(text: string): string[] {
  const words = text.match(/\s*\S+\s*/g) ?? [text];
  const each = Math.ceil(words.length / 40);
  const list: string[] = [];
  for (let i = 0; i < words.length; i += each) list.push(words.slice(i, i + each).join(''));
  return list;
}
