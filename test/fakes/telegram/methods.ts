import type { ApiMethods } from 'grammy/types';
import { AGREED } from './methods-agreed.ts';
import { CHATS } from './methods-chat.ts';
import { EDITING } from './methods-edit.ts';
import { PROFILE } from './methods-profile.ts';
import { REST } from './methods-rest.ts';
import { SENDING } from './methods-send.ts';
import type { Context } from './types.ts';

/** One handler for every method grammY knows; a new method of the Bot API is a compile error here. */
export type MethodTable = {
  [M in keyof ApiMethods]: (
    context: Context,
  ) => ReturnType<ApiMethods[M]> | Promise<ReturnType<ApiMethods[M]>>;
};

const agreed = Object.fromEntries(AGREED.map((name) => [name, () => true])) as Record<
  (typeof AGREED)[number],
  () => true
>;

export const METHODS: MethodTable = { ...agreed, ...PROFILE, ...SENDING, ...EDITING, ...CHATS, ...REST };

const byLowerCase = new Map(
  Object.keys(METHODS).map((name) => [name.toLowerCase(), name as keyof MethodTable]),
);

/** Telegram takes method names in any case. */
export function methodNamed(name: string): keyof MethodTable | undefined {
  return byLowerCase.get(name.toLowerCase());
}
