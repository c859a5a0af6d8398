import type { ApiMethods, BotCommand, ChatAdministratorRights } from 'grammy/types';
import type { MethodTable } from './methods.ts';
import { flag, int, json, list, record, text } from './params.ts';
import { badRequest, type Context } from './types.ts';
import { setWebhook } from './webhook.ts';

type Profile =
  | Extract<keyof ApiMethods, `${'getMy' | 'setMy' | 'deleteMy'}${string}`>
  | 'getUpdates'
  | 'getMe'
  | 'setWebhook'
  | 'deleteWebhook'
  | 'getWebhookInfo';

const NO_RIGHTS: ChatAdministratorRights = {
  is_anonymous: false,
  can_manage_chat: false,
  can_delete_messages: false,
  can_manage_video_chats: false,
  can_restrict_members: false,
  can_promote_members: false,
  can_change_info: false,
  can_invite_users: false,
  can_post_stories: false,
  can_edit_stories: false,
  can_delete_stories: false,
  can_send_welcome_messages: false,
};

/** What a bot asks about itself and how it hears of updates. */
export const PROFILE: Pick<
  MethodTable,
  Exclude<Profile, 'setMyProfilePhoto' | 'setMyDefaultAdministratorRights' | 'getMyStarBalance'>
> = {
  getMe: ({ bot }) => bot.user,
  getUpdates: ({ bot, params, gone, client }) =>
    bot.queue.poll({
      offset: int(params.offset),
      limit: int(params.limit, 100),
      timeout: int(params.timeout),
      allowed: list(params.allowed_updates)?.map(text),
      gone,
      client,
    }),
  setWebhook: ({ bot, params }) => {
    const url = text(params.url);
    if (url !== '' && !/^https?:\/\/[^/]/.test(url))
      throw badRequest('bad webhook: invalid webhook URL specified');
    const allowed = list(params.allowed_updates);
    const secret = text(params.secret_token);
    if (!/^[\w-]{0,256}$/.test(secret)) throw badRequest('secret token contains unallowed characters');
    if (allowed) bot.queue.allow(allowed.map(text));
    if (flag(params.drop_pending_updates)) bot.queue.drop();
    setWebhook(bot, url, secret === '' ? undefined : secret);
    return true;
  },
  deleteWebhook: ({ bot, params }) => {
    if (flag(params.drop_pending_updates)) bot.queue.drop();
    setWebhook(bot, '', undefined);
    return true;
  },
  getWebhookInfo: ({ bot }) => {
    const error = bot.webhook?.lastError;
    return {
      url: bot.webhook?.url ?? '',
      has_custom_certificate: false,
      pending_update_count: bot.queue.pendingCount,
      ...(bot.webhook ? { max_connections: 40 } : {}),
      ...(error ? { last_error_date: error.at, last_error_message: error.text } : {}),
    };
  },
  setMyCommands: (context) => {
    const commands = list(context.params.commands);
    if (!commands) throw badRequest("can't parse commands JSON object");
    context.bot.commands.set(scope(context), commands.map(toCommand));
    return true;
  },
  deleteMyCommands: (context) => {
    context.bot.commands.delete(scope(context));
    return true;
  },
  getMyCommands: (context) => context.bot.commands.get(scope(context)) ?? [],
  setMyName: (context) => setText(context, 'name'),
  getMyName: (context) => ({ name: getText(context, 'name') || context.bot.user.first_name }),
  setMyDescription: (context) => setText(context, 'description'),
  getMyDescription: (context) => ({ description: getText(context, 'description') }),
  setMyShortDescription: (context) => setText(context, 'short_description'),
  getMyShortDescription: (context) => ({ short_description: getText(context, 'short_description') }),
  getMyDefaultAdministratorRights: () => NO_RIGHTS,
};

function toCommand(value: unknown): BotCommand {
  const { command, description } = record(value);
  if (!/^[a-z0-9_]{1,32}$/.test(text(command))) throw badRequest('BOT_COMMAND_INVALID');
  if (text(description) === '') throw badRequest('BOT_COMMAND_DESCRIPTION_INVALID');
  return { command: text(command), description: text(description) };
}

function scope({ params }: Context): string {
  return JSON.stringify([json(params.scope) ?? { type: 'default' }, text(params.language_code)]);
}

function setText({ bot, params }: Context, field: string): true {
  bot.texts.set(`${field} ${text(params.language_code)}`, text(params[field]));
  return true;
}

function getText({ bot, params }: Context, field: string): string {
  return bot.texts.get(`${field} ${text(params.language_code)}`) ?? bot.texts.get(`${field} `) ?? '';
}
