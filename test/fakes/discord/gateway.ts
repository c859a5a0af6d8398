import { randomUUID } from 'node:crypto';
import type { WebSocket } from 'ws';
import { type Bot, type Discord, userOf } from './discord.ts';

/** https://discord.com/developers/docs/topics/opcodes-and-status-codes */
const op = { dispatch: 0, heartbeat: 1, identify: 2, resume: 6, invalid: 9, hello: 10, ack: 11 } as const;
const intents = { messageContent: 1 << 15, guildMessages: 1 << 9, directMessages: 1 << 12 } as const;
const closing: Readonly<Record<number, string>> = {
  4003: 'Not authenticated.',
  4004: 'Authentication failed.',
  4014: 'Disallowed intent(s).',
};

interface Payload {
  readonly op: number;
  readonly d?: unknown;
}

/** One login of a bot. It outlives its socket: a client may resume it and gets what it missed. */
export interface Session {
  readonly id: string;
  readonly bot: Bot;
  readonly isOpen: () => boolean;
  readonly message: (message: Record<string, unknown>) => void;
  readonly close: (code: number) => void;
  readonly cut: () => void;
}

interface OpenSession extends Session {
  socket: WebSocket | undefined;
  readonly sent: { readonly s: number; readonly text: string }[];
}

export function serveGateway(discord: Discord, socket: WebSocket, url: string): void {
  let session: OpenSession | undefined;
  send(socket, { op: op.hello, d: { heartbeat_interval: 41_250 } });
  socket.on('message', (data) => {
    const { op: code, d } = JSON.parse(String(data)) as Payload;
    if (code === op.heartbeat) return send(socket, { op: op.ack });
    if (code === op.identify) session = identify(discord, socket, d as Identify, url);
    else if (code === op.resume) session = resume(discord, socket, d as Resume);
    else if (!session) refuse(socket, 4003);
  });
  socket.on('close', () => {
    if (session?.socket === socket) session.socket = undefined;
  });
}

interface Identify {
  readonly token: string;
  readonly intents: number;
}

function identify(
  discord: Discord,
  socket: WebSocket,
  wanted: Identify,
  url: string,
): OpenSession | undefined {
  // Some clients send the token as they do over HTTP.
  const bot = discord.bots.get(wanted.token.replace(/^Bot /, ''));
  if (!bot) return refuse(socket, 4004);
  if ((wanted.intents & intents.messageContent) !== 0 && bot.flags === 0) return refuse(socket, 4014);
  bot.loginsLeft -= 1;
  const session = open(socket, bot, wanted.intents);
  discord.sessions.add(session);
  dispatch(session, 'READY', {
    v: 10,
    user: userOf(bot.user),
    session_id: session.id,
    resume_gateway_url: url,
    guilds: bot.guilds.map((id) => ({ id, unavailable: true })),
    application: { id: bot.user.id, flags: bot.flags },
    private_channels: [],
  });
  for (const id of bot.guilds) dispatch(session, 'GUILD_CREATE', { ...guildOf(id), ...emptyGuild });
  return session;
}

/** https://discord.com/developers/docs/events/gateway-events#guild-create */
const emptyGuild = {
  large: false,
  unavailable: false,
  member_count: 2,
  voice_states: [],
  members: [],
  channels: [],
  threads: [],
  presences: [],
  stage_instances: [],
  guild_scheduled_events: [],
  soundboard_sounds: [],
};

export function guildOf(id: string): Record<string, unknown> {
  return { id, name: `server ${id.slice(-4)}`, owner_id: id, roles: [], emojis: [], features: [] };
}

function open(socket: WebSocket, bot: Bot, wanted: number): OpenSession {
  const session: OpenSession = {
    id: randomUUID().replaceAll('-', ''),
    bot,
    socket,
    sent: [],
    isOpen: () => session.socket !== undefined,
    message: (message) => {
      const inGuild = 'guild_id' in message;
      if ((wanted & (inGuild ? intents.guildMessages : intents.directMessages)) === 0) return;
      const mentions = message['mentions'] as readonly unknown[];
      // Direct chats and mentions carry their text always, all else needs the intent.
      const hidden = inGuild && mentions.length === 0 && (wanted & intents.messageContent) === 0;
      dispatch(session, 'MESSAGE_CREATE', hidden ? { ...message, content: '' } : message);
    },
    close: (code) => session.socket && void refuse(session.socket, code),
    cut: () => {
      session.socket?.terminate();
      session.socket = undefined;
    },
  };
  return session;
}

interface Resume {
  readonly session_id: string;
  readonly seq: number;
}

function resume(discord: Discord, socket: WebSocket, wanted: Resume): OpenSession | undefined {
  const found = [...discord.sessions].find(({ id }) => id === wanted.session_id) as OpenSession | undefined;
  if (!found || !discord.bots.has(found.bot.token)) {
    send(socket, { op: op.invalid, d: false });
    return undefined;
  }
  found.socket = socket;
  for (const { s, text } of found.sent) if (s > wanted.seq) socket.send(text);
  dispatch(found, 'RESUMED', {});
  return found;
}

function dispatch(session: OpenSession, t: string, d: unknown): void {
  const s = (session.sent.at(-1)?.s ?? 0) + 1;
  const text = JSON.stringify({ op: op.dispatch, t, s, d });
  session.sent.push({ s, text });
  session.socket?.send(text);
}

function send(socket: WebSocket, payload: Payload): void {
  socket.send(JSON.stringify({ s: null, t: null, d: null, ...payload }));
}

function refuse(socket: WebSocket, code: number): undefined {
  socket.close(code, closing[code]);
}
