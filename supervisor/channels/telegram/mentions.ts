import type { MessageEntity } from 'grammy/types';

/** The bot as people address it. */
export interface Me {
  readonly id: number;
  /** Without the @. */
  readonly username: string;
}

export interface Addressed {
  /** Without the mention of the bot, and `/new@my_bot` as `/new`. */
  readonly text: string;
  readonly mentioned: boolean;
  /** It begins with a command for another bot. */
  readonly elsewhere: boolean;
}

/** Finds what a text says to this bot. Offsets of entities count UTF-16 units, as strings do here. */
export function readAddressed(
  text: string,
  entities: readonly MessageEntity[] | undefined,
  me: Me,
): Addressed {
  const name = me.username.toLowerCase();
  let rest = text;
  let mentioned = false;
  let elsewhere = false;
  // From the end, so that what is cut out moves no offset that is still to come.
  for (const entity of [...(entities ?? [])].sort((a, b) => b.offset - a.offset)) {
    const end = entity.offset + entity.length;
    const said = text.slice(entity.offset, end);
    if (entity.type === 'bot_command') {
      const at = said.indexOf('@');
      if (at < 0) continue;
      if (said.slice(at + 1).toLowerCase() === name) {
        mentioned = true;
        rest = rest.slice(0, entity.offset + at) + rest.slice(end);
      } else if (entity.offset === 0) elsewhere = true;
    } else if (isMention(entity, said, name, me.id)) {
      mentioned = true;
      rest = without(rest, entity.offset, end);
    }
  }
  return { text: mentioned ? rest.trim() : rest, mentioned, elsewhere };
}

/** `text_mention` names a user without a user name, which apps also make of a contact's name. */
function isMention(entity: MessageEntity, said: string, name: string, id: number): boolean {
  if (entity.type === 'mention') return said.toLowerCase() === `@${name}`;
  return entity.type === 'text_mention' && entity.user.id === id;
}

/** `@bot, what is it` is `what is it`, and no two spaces are left in the middle. */
function without(text: string, start: number, end: number): string {
  const before = text.slice(0, start);
  const after = text.slice(end);
  if (before.trim() === '') return after.replace(/^[\s,:]+/, '');
  return /\s$/.test(before) ? before + after.replace(/^[ \t]+/, '') : before + after;
}
