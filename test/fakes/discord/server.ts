import { answerControl, type Controls } from '../platform/control.ts';
import { sendJson } from '../platform/http.ts';
import { type Listening, listen, socketUrl, type Where } from '../platform/listen.ts';
import { type BotInput, Discord, type Injection } from './discord.ts';
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
      if (path === undefined) return sendJson(response, 404, { message: '404: Not Found', code: 0 });
      return answerRest(discord, request, response, decodeURIComponent(path));
    },
    socket: (socket, request) => serveGateway(discord, socket, socketUrl(request)),
  });
  const close = async (): Promise<void> => {
    discord.reset();
    await server.close();
  };
  return Object.assign(discord, { ...server, api: `${server.url}/api/v10`, close });
}

function controlsOf(discord: Discord): Controls {
  return {
    'POST bots': (given) => discord.addBot(given as unknown as BotInput).user,
    'DELETE bots': ({ token }) => discord.removeBot(String(token)),
    'POST inject': (given) => discord.inject(given as unknown as Injection),
    'GET posted': (given) => discord.posted.list(given),
    'GET next': ({ timeout_ms, ...given }) =>
      discord.posted.next({ ...given, ...(timeout_ms ? { timeoutMs: Number(timeout_ms) } : {}) }),
    'GET calls': () => discord.calls,
    'POST fail': (given) => discord.failures.add(given as { method: string }),
    'DELETE fail': () => discord.failures.clear(),
    'POST reset': () => discord.reset(),
  };
}
