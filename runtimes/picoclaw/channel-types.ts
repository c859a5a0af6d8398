import type { JsonObject } from '../contract.ts';
import { each, type Group, secrets, values } from './keys.ts';

/** Keys inside `settings`, by channel type: PicoClaw ignores a mistyped one without a word. */
export const settingsKeys: Readonly<Record<string, Group>> = {
  dingtalk: {
    ...values('client_id'),
    ...secrets('client_secret'),
  },
  discord: {
    ...values('mention_only proxy'),
    ...secrets('token'),
  },
  feishu: {
    ...values('app_id is_lark random_reaction_emoji'),
    ...secrets('app_secret encrypt_key verification_token'),
  },
  irc: {
    ...values('channels nick real_name request_caps sasl_user server tls user'),
    ...secrets('nickserv_password password sasl_password'),
  },
  line: {
    ...values('webhook_host webhook_path webhook_port'),
    ...secrets('channel_access_token channel_secret'),
  },
  maixcam: values('host port'),
  matrix: {
    ...values(`
      crypto_database_path crypto_passphrase device_id homeserver join_on_invite message_format user_id
    `),
    ...secrets('access_token'),
  },
  mqtt: {
    ...values('agent_id broker client_id keep_alive qos topic_prefix'),
    ...secrets('password username'),
  },
  onebot: {
    ...values('group_trigger_prefix reconnect_interval ws_url'),
    ...secrets('access_token'),
  },
  pico: {
    ...values(`
      allow_origins allow_token_query max_connections ping_interval read_timeout write_timeout
    `),
    ...secrets('token'),
    streaming: values('enabled min_growth_chars throttle_seconds'),
  },
  pico_client: {
    ...values('ping_interval read_timeout session_id url'),
    ...secrets('token'),
  },
  qq: {
    ...values('app_id max_base64_file_size_mib max_message_length send_markdown'),
    ...secrets('app_secret'),
  },
  slack: {
    ...secrets('app_token bot_token'),
  },
  slack_webhook: {
    webhooks: each({
      ...values('icon_emoji username'),
      ...secrets('webhook_url'),
    }),
  },
  teams_webhook: {
    webhooks: each({
      ...values('title'),
      ...secrets('webhook_url'),
    }),
  },
  telegram: {
    ...values('base_url media_group_delay_ms proxy use_markdown_v2'),
    ...secrets('token'),
    streaming: values('enabled min_growth_chars throttle_seconds'),
  },
  vk: {
    ...values('group_id'),
    ...secrets('token'),
  },
  wecom: {
    ...values('bot_id send_thinking_message websocket_url'),
    ...secrets('secret'),
    streaming: values('enabled min_growth_chars throttle_seconds'),
  },
  weixin: {
    ...values('account_id base_url cdn_base_url proxy'),
    ...secrets('token'),
  },
  whatsapp: values('bridge_url session_store_path use_native'),
  whatsapp_native: values('bridge_url session_store_path use_native'),
};

/** Settings without which PicoClaw skips an enabled channel, in silence or with a line in its log. */
export const requiredSettings: Readonly<Record<string, readonly string[]>> = {
  dingtalk: ['client_id', 'client_secret'],
  discord: ['token'],
  feishu: ['app_id', 'app_secret'],
  irc: ['server', 'nick'],
  line: ['channel_secret', 'channel_access_token'],
  matrix: ['homeserver', 'user_id', 'access_token'],
  mqtt: ['broker', 'agent_id'],
  onebot: ['ws_url'],
  pico_client: ['url'],
  qq: ['app_id', 'app_secret'],
  slack: ['bot_token', 'app_token'],
  slack_webhook: ['webhooks'],
  teams_webhook: ['webhooks'],
  vk: ['token', 'group_id'],
  wecom: ['bot_id', 'secret'],
  weixin: ['token'],
  whatsapp: ['bridge_url'],
};

/** What a channel has by default, and loses once anything is written for it: PicoClaw replaces, it does not merge. */
export const channelDefaults: Readonly<Record<string, JsonObject>> = {
  irc: { settings: { tls: true, nick: 'picoclaw' } },
  line: { group_trigger: { mention_only: true }, settings: { webhook_path: '/webhook/line' } },
  matrix: {
    group_trigger: { mention_only: true },
    placeholder: { enabled: true, text: ['Thinking... \u{1f4ad}'] },
    settings: { homeserver: 'https://matrix.org', join_on_invite: true },
  },
  onebot: { settings: { ws_url: 'ws://127.0.0.1:3001', reconnect_interval: 5 } },
  qq: { settings: { max_message_length: 2000 } },
  telegram: {
    typing: { enabled: true },
    placeholder: { enabled: true, text: ['Thinking... \u{1f4ad}'] },
    settings: { use_markdown_v2: false, media_group_delay_ms: 500 },
  },
  wecom: {
    settings: { websocket_url: 'wss://openws.work.weixin.qq.com', send_thinking_message: true },
  },
  weixin: {
    settings: {
      base_url: 'https://ilinkai.weixin.qq.com/',
      cdn_base_url: 'https://novac2c.cdn.weixin.qq.com/c2c',
    },
  },
  whatsapp: { settings: { bridge_url: 'ws://localhost:3001' } },
};
