import { answerControl, type Controls } from '../platform/control.ts';
import { type Listening, listen, type Where } from '../platform/listen.ts';
import { type App, type AppInput, type Injection, Slack } from './slack.ts';
import { serveSocket } from './socket.ts';
import { answerWeb } from './web.ts';

export interface FakeSlack extends Slack, Listening {
  /** Base of the Web API, seen from this machine. */
  readonly api: string;
}

export async function startSlack(where: Where = {}): Promise<FakeSlack> {
  const slack = new Slack();
  const tickets = new Map<string, App>();
  const controls = controlsOf(slack);
  const server = await listen(where, {
    request: async (request, response) => {
      if (await answerControl(controls, request, response)) return;
      await answerWeb(slack, tickets, request, response);
    },
    socket: (socket, request) => {
      const { searchParams } = new URL(request.url ?? '/', 'http://fake');
      serveSocket(slack, tickets, socket, searchParams.get('ticket') ?? '');
    },
  });
  const close = async (): Promise<void> => {
    slack.reset();
    await server.close();
  };
  return Object.assign(slack, { ...server, api: `${server.url}/api`, close });
}

function controlsOf(slack: Slack): Controls {
  return {
    'POST apps': (given) => slack.addApp(given as unknown as AppInput),
    'POST end': ({ token, error }) => slack.end(String(token), error as 'token_revoked'),
    'POST inject': (given) => slack.inject(given as unknown as Injection),
    'GET posted': (given) => slack.posted.list(given),
    'GET next': ({ timeout_ms, ...given }) =>
      slack.posted.next({ ...given, ...(timeout_ms ? { timeoutMs: Number(timeout_ms) } : {}) }),
    'GET calls': () => slack.calls,
    'POST fail': (given) => slack.failures.add(given as { method: string }),
    'DELETE fail': () => slack.failures.clear(),
    'POST reset': () => slack.reset(),
  };
}
