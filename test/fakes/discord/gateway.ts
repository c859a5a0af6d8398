import type { WebSocket } from 'ws';
import type { Discord } from './discord.ts';
import { channelOf, userOf } from './messages.ts';
import { intents, op, type Payload, refuse, Session, send } from './session.ts';

const HEARTBEAT_INTERVAL = 41_250;
/** https://docs.discord.com/developers/events/gateway#rate-limiting */
const MOST_EVENTS = 120;
const MOST_EVENTS_PER = 60_000;
/** Above the highest intent that there is. */
const NO_INTENT = 1 << 27;

/** The two addresses at which the client that has just connected reaches this server. */
export interface Addresses {
  readonly http: string;
  readonly socket: string;
}

/** https://docs.discord.com/developers/events/gateway#connection-lifecycle */
export function serveGateway(discord: Discord, socket: WebSocket, at: Addresses): void {
  let session: Session | undefined;
  let events: number[] = [];
  send(socket, { op: op.hello, d: { heartbeat_interval: HEARTBEAT_INTERVAL } });
  socket.on('message', (data) => {
    const now = Date.now();
    events = [...events.filter((then) => now - then < MOST_EVENTS_PER), now];
    if (events.length > MOST_EVENTS) return refuse(socket, 4008);
    const payload = parse(String(data));
    if (!payload) return refuse(socket, 4002);
    const { op: code, d } = payload;
    if (code === op.heartbeat) return send(socket, { op: op.ack });
    if (session && !session.owns(socket)) session = undefined;
    if (code === op.identify && session) return refuse(socket, 4005);
    if (code === op.identify) session = identify(discord, socket, d as Identify, at);
    else if (code === op.resume) session = resume(discord, socket, d as Resume, at);
    else if (!session) refuse(socket, 4003);
    else if (![op.presence, op.voice, op.members].includes(code as 3)) refuse(socket, 4001);
  });
  socket.on('close', () => {
    if (session?.owns(socket)) session.detach();
  });
}

interface Identify {
  readonly token: string;
  readonly intents: number;
}

function identify(discord: Discord, socket: WebSocket, wanted: Identify, at: Addresses): Session | undefined {
  // Some clients send the token as they do over HTTP.
  const token = String(wanted?.token).replace(/^Bot /, '');
  const bot = discord.bots.get(token);
  if (!bot) return refuse(socket, 4004);
  if (!Number.isInteger(wanted.intents) || wanted.intents >= NO_INTENT) return refuse(socket, 4013);
  if ((wanted.intents & intents.messageContent) !== 0 && bot.flags === 0) return refuse(socket, 4014);
  if (bot.loginsLeft <= 0) {
    discord.removeBot(token);
    return refuse(socket, 4004);
  }
  const last = discord.logins.findLast((one) => one.token === token && one.kind === 'identify');
  if (last && Date.now() - last.at < bot.loginEvery) {
    send(socket, { op: op.invalid, d: false });
    return undefined;
  }
  bot.loginsLeft -= 1;
  const session = new Session(discord, bot, wanted.intents);
  discord.sessions.add(session);
  letIn(discord, session, { socket, at, kind: 'identify' });
  session.dispatch('READY', {
    v: 10,
    user: userOf(bot.user),
    session_id: session.id,
    resume_gateway_url: at.socket,
    guilds: bot.guilds.map((id) => ({ id, unavailable: true })),
    application: { id: bot.user.id, flags: bot.flags },
    private_channels: [],
  });
  if (session.wants(intents.guilds)) for (const id of bot.guilds) announce(discord, session, id);
  return session;
}

interface Resume {
  readonly token: string;
  readonly session_id: string;
  readonly seq: number;
}

function resume(discord: Discord, socket: WebSocket, wanted: Resume, at: Addresses): Session | undefined {
  const found = [...discord.sessions].find(({ id }) => id === wanted?.session_id);
  if (!found || !discord.bots.has(found.bot.token)) {
    send(socket, { op: op.invalid, d: false });
    return undefined;
  }
  if (wanted.seq > found.lastSequence) return refuse(socket, 4007);
  letIn(discord, found, { socket, at, kind: 'resume' });
  found.replay(wanted.seq);
  return found;
}

function letIn(
  discord: Discord,
  session: Session,
  { socket, at, kind }: { socket: WebSocket; at: Addresses; kind: 'identify' | 'resume' },
): void {
  discord.logins.push({ at: Date.now(), token: session.bot.token, kind });
  session.attach(socket, at.http);
}

/** https://docs.discord.com/developers/events/gateway-events#guild-create */
function announce(discord: Discord, session: Session, id: string): void {
  const all = [...discord.channels.values()].filter(({ guild }) => guild === id);
  session.dispatch('GUILD_CREATE', {
    ...guildOf(id),
    joined_at: new Date(0).toISOString(),
    large: false,
    unavailable: false,
    member_count: 2,
    voice_states: [],
    members: [],
    channels: all.filter(({ type }) => type === 0).map(channelOf),
    threads: all.filter(({ type }) => type === 11).map(channelOf),
    presences: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
  });
}

export function guildOf(id: string): Record<string, unknown> {
  return { id, name: `server ${id.slice(-4)}`, owner_id: id, roles: [], emojis: [], features: [] };
}

function parse(text: string): Payload | undefined {
  try {
    return JSON.parse(text) as Payload;
  } catch {
    return undefined;
  }
}
