import { randomUUID } from 'node:crypto';
import type { WebSocket } from 'ws';
import type { SlackDelivery } from '../testing/slack.ts';
import type { Event, Line } from './delivery.ts';
import { shownIn } from './files.ts';
import { type App, type Slack, team } from './slack.ts';

/** Clients take a silence of half a minute for a dead connection. */
const PING_EVERY = 10_000;
/** https://docs.slack.dev/apis/events-api/using-socket-mode#connections */
const MOST_CONNECTIONS = 10;

/** One Socket Mode connection: https://docs.slack.dev/apis/events-api/using-socket-mode */
export interface Connection extends Line {
  /** Envelopes that the client has not acknowledged. */
  readonly open: ReadonlyMap<string, unknown>;
  readonly disconnect: (reason: string) => void;
  /** Asks the client to connect again, as Slack does from time to time. */
  readonly close: () => void;
  readonly cut: () => void;
}

export interface Arriving {
  /** Addresses that apps.connections.open gave out: each is good for one connection. */
  readonly tickets: Map<string, App>;
  readonly ticket: string;
  /** The address at which the client reaches this server. */
  readonly base: string;
}

export function serveSocket(slack: Slack, socket: WebSocket, { tickets, ticket, base }: Arriving): void {
  const app = tickets.get(ticket);
  tickets.delete(ticket);
  if (!app) return socket.close(4001, 'unknown ticket');
  const send = (message: unknown): void => socket.send(JSON.stringify(message));
  const others = [...slack.connections].filter((one) => one.app === app).length;
  const debug_info = { host: 'fake', build_number: 1, approximate_connection_time: 18_060 };
  if (others >= MOST_CONNECTIONS) {
    // https://github.com/slackapi/node-slack-sdk/issues/1654
    send({ type: 'disconnect', reason: 'too_many_websockets', debug_info });
    return socket.close();
  }
  const open = new Map<string, () => void>();
  const disconnect = (reason: string): void => {
    send({ type: 'disconnect', reason, debug_info });
    if (reason === 'warning') return;
    leave();
    socket.close();
  };
  const connection: Connection = {
    app,
    number: slack.nextConnection(),
    open,
    deliver: (delivery, event, acknowledged) => {
      const envelope = randomUUID();
      open.set(envelope, acknowledged);
      send(envelopeOf(envelope, { app, delivery, event: shownIn(event, base) }));
    },
    disconnect,
    close: () => disconnect('refresh_requested'),
    cut: () => socket.terminate(),
  };
  const leave = (): void => {
    if (slack.connections.delete(connection)) slack.meter.closed(app.appToken);
  };
  slack.connections.add(connection);
  slack.meter.opened(app.appToken);
  const ping = setInterval(() => socket.ping(), PING_EVERY);
  socket.on('message', (data) => {
    const { envelope_id: id } = JSON.parse(String(data)) as { envelope_id?: string };
    if (id === undefined) return;
    open.get(id)?.();
    open.delete(id);
  });
  socket.on('close', () => {
    clearInterval(ping);
    leave();
  });
  send({ type: 'hello', num_connections: others + 1, debug_info, connection_info: { app_id: app.id } });
}

function envelopeOf(id: string, what: { app: App; delivery: SlackDelivery; event: Event }): unknown {
  const { app, delivery, event } = what;
  const authorization = { team_id: team, user_id: app.user, is_bot: true, is_enterprise_install: false };
  return {
    envelope_id: id,
    type: 'events_api',
    accepts_response_payload: false,
    retry_attempt: delivery.retry_attempt,
    retry_reason: delivery.retry_attempt > 0 ? 'timeout' : '',
    payload: {
      type: 'event_callback',
      token: 'legacy',
      team_id: team,
      api_app_id: app.id,
      event,
      event_id: delivery.event_id,
      event_time: Math.floor(delivery.at / 1000),
      authorizations: [authorization],
      is_ext_shared_channel: false,
    },
  };
}
