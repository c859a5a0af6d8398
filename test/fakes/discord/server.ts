import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerControl, type Controls } from '../platform/control.ts';
import { sendJson } from '../platform/http.ts';
import { httpUrl, type Listening, listen, socketUrl, type Where } from '../platform/listen.ts';
import type { DiscordBotInput, DiscordInjection } from '../testing/discord.ts';
import type { Failure } from '../testing/platform.ts';
import { Discord } from './discord.ts';
import { serveGateway } from './gateway.ts';
import { answerRest } from './rest.ts';

export interface FakeDiscord extends Discord, Listening {
  /** Base of the REST API, seen from this machine. */
  readonly api: string;
}

export async function startDiscord(where: Where = {}): Promise<FakeDiscord> {
  const discord = new Discord();
  const controls = controlsOf(discord);
  const server = await listen(where, {
    request: async (request, response) => {
      if (await answerControl(controls, request, response)) return;
      const path = /^\/api\/v\d+(\/[^?]*)/.exec(request.url ?? '')?.[1];
      if (answerAttachment(discord, request, response)) return;
      if (path === undefined) return sendJson(response, 404, { message: '404: Not Found', code: 0 });
      return answerRest(discord, request, response, decodeURIComponent(path));
    },
    socket: (socket, request) =>
      serveGateway(discord, socket, { http: httpUrl(request), socket: socketUrl(request) }),
  });
  const close = async (): Promise<void> => {
    // First the connections: to a bot this is a platform that went away, not a token that was reset.
    await server.close();
    discord.reset();
  };
  return Object.assign(discord, { ...server, api: `${server.url}/api/v10`, close });
}

/** Attachments are fetched without a token, as from Discord's CDN. Says whether it was one. */
function answerAttachment(discord: Discord, request: IncomingMessage, response: ServerResponse): boolean {
  const id = /^\/attachments\/\d+\/(\d+)\//.exec(request.url ?? '')?.[1];
  if (id === undefined) return false;
  const all = [...discord.messages.values()].flatMap(({ attachments }) => attachments);
  const file = all.find((one) => one.id === id);
  if (file) response.writeHead(200, { 'content-type': file.type }).end(file.data);
  else response.writeHead(404).end('This content is no longer available.');
  return true;
}

function controlsOf(discord: Discord): Controls {
  return {
    'POST bots': (given) => discord.addBot(given as unknown as DiscordBotInput).user,
    'DELETE bots': ({ token }) => discord.removeBot(String(token)),
    'POST threads': (given) => discord.addThread(given as { parent: string; guild: string }),
    'POST inject': (given) =>
      Array.isArray(given['messages'])
        ? discord.injectMany(given['messages'])
        : discord.inject(given as unknown as DiscordInjection),
    'POST edit': (given) => discord.edit(given as { channel: string; id: string; text: string }),
    'POST react': (given) =>
      discord.react(given as { from: string; channel: string; id: string; emoji: string }),
    'POST block': ({ user, blocked }) => discord.block(String(user), blocked !== false),
    'POST cut': () => discord.cut(),
    'POST reconnect': () => discord.reconnect(),
    'POST invalidate': ({ resumable }) => discord.invalidate(resumable === true),
    'POST close': ({ code }) => discord.closeConnections(Number(code)),
    'GET connections': ({ token }) =>
      discord.connectionCount(token === undefined ? undefined : String(token)),
    'GET logins': () => discord.logins,
    'GET typing': () => discord.typing,
    'GET posted': (given) => discord.posted.list(given),
    'GET next': ({ timeout_ms, ...given }) =>
      discord.posted.next({ ...given, ...(timeout_ms ? { timeoutMs: Number(timeout_ms) } : {}) }),
    'GET calls': () => discord.calls,
    'POST fail': (given) => discord.failures.add(given as unknown as Failure),
    'DELETE fail': () => discord.failures.clear(),
    'POST reset': () => discord.reset(),
  };
}
