import type { TelegramBotInput } from '../testing/telegram.ts';
import type { Bot } from './types.ts';
import { UpdateQueue } from './updates.ts';

export function newBot({ token, id, username = 'fake_bot', first_name = 'Fake' }: TelegramBotInput): Bot {
  const number = Number.parseInt(token, 10);
  return {
    token,
    user: {
      id: id ?? (Number.isNaN(number) ? 1 : number),
      is_bot: true,
      first_name,
      username,
      can_join_groups: true,
      can_read_all_group_messages: true,
      can_manage_bots: false,
      supports_inline_queries: false,
      supports_join_request_queries: false,
      can_connect_to_business: false,
      has_main_web_app: false,
      has_topics_enabled: false,
      allows_users_to_create_topics: false,
    },
    queue: new UpdateQueue(),
    webhook: undefined,
    blocked: new Map(),
    topics: new Set(),
    commands: new Map(),
    texts: new Map(),
    chats: new Map(),
    members: new Map(),
    messages: new Map(),
    files: new Map(),
    lastMessageId: 0,
  };
}
