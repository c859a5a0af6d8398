import { answerControl, type Controls } from '../platform/control.ts';
import { httpUrl, type Listening, listen, type Where } from '../platform/listen.ts';
import type { Failure } from '../testing/platform.ts';
import type { SlackAppInput, SlackInjection, SlackWhere } from '../testing/slack.ts';
import { answerFile } from './files.ts';
import { type App, Slack } from './slack.ts';
import { serveSocket } from './socket.ts';
import { answerWeb } from './web.ts';
import { takeUpload } from './web-files.ts';

export interface FakeSlack extends Slack, Listening {
  /** Base of the Web API, seen from this machine. */
  readonly api: string;
}

export async function startSlack(where: Where & SlackWhere = {}): Promise<FakeSlack> {
  const slack = new Slack(where);
  const tickets = new Map<string, App>();
  const controls = controlsOf(slack);
  const server = await listen(where, {
    request: async (request, response) => {
      if (await answerControl(controls, request, response)) return;
      if (answerFile(slack, request, response)) return;
      if (await takeUpload(slack, request, response)) return;
      await answerWeb(slack, tickets, request, response);
    },
    socket: (socket, request) => {
      const { searchParams } = new URL(request.url ?? '/', 'http://fake');
      const ticket = searchParams.get('ticket') ?? '';
      serveSocket(slack, socket, { tickets, ticket, base: httpUrl(request) });
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
    'POST apps': (given) => slack.addApp(given as unknown as SlackAppInput),
    'POST end': ({ token, error }) => slack.end(String(token), error as 'token_revoked'),
    'POST inject': (given) =>
      Array.isArray(given['messages'])
        ? slack.injectMany(given['messages'])
        : slack.inject(given as unknown as SlackInjection),
    'POST edit': (given) => slack.edit(given as { channel: string; ts: string; text: string }),
    'POST react': (given) =>
      slack.react(given as { from: string; channel: string; ts: string; emoji: string }),
    'POST event': (given) => slack.injectEvent(given),
    'POST disconnect': ({ reason }) => slack.disconnect(reason as 'warning'),
    'POST cut': () => slack.cut(),
    'GET connections': ({ token }) => slack.connectionCount(token === undefined ? undefined : String(token)),
    'GET deliveries': () => slack.deliveries,
    'GET posted': (given) => slack.posted.list(given),
    'GET next': ({ timeout_ms, ...given }) =>
      slack.posted.next({ ...given, ...(timeout_ms ? { timeoutMs: Number(timeout_ms) } : {}) }),
    'GET calls': () => slack.calls,
    'POST fail': (given) => slack.failures.add(given as unknown as Failure),
    'DELETE fail': () => slack.failures.clear(),
    'POST reset': () => slack.reset(),
  };
}
