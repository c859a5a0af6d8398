import { randomUUID } from 'node:crypto';
import type { WebSocket } from 'ws';
import { type App, type Slack, team } from './slack.ts';

/** Clients take a silence of half a minute for a dead connection. */
const PING_EVERY = 10_000;

/** One Socket Mode connection: https://docs.slack.dev/apis/events-api/using-socket-mode */
export interface Connection {
  readonly app: App;
  /** Envelopes that the client has not acknowledged. */
  readonly open: Set<string>;
  readonly event: (event: Readonly<Record<string, unknown>>) => void;
  readonly close: () => void;
}

/** `tickets` are the addresses that apps.connections.open gave out: each is good for one connection. */
export function serveSocket(
  slack: Slack,
  tickets: Map<string, App>,
  socket: WebSocket,
  ticket: string,
): void {
  const app = tickets.get(ticket);
  tickets.delete(ticket);
  if (!app) return socket.close(4001, 'unknown ticket');
  const send = (message: unknown): void => socket.send(JSON.stringify(message));
  const open = new Set<string>();
  const connection: Connection = {
    app,
    open,
    event: (event) => {
      const envelope = randomUUID();
      open.add(envelope);
      send({
        envelope_id: envelope,
        type: 'events_api',
        accepts_response_payload: false,
        retry_attempt: 0,
        retry_reason: '',
        payload: {
          type: 'event_callback',
          token: 'legacy',
          team_id: team,
          api_app_id: app.id,
          event,
          event_id: slack.newId('Ev'),
          event_time: Math.floor(Date.now() / 1000),
          authorizations: [{ team_id: team, user_id: app.user, is_bot: true, is_enterprise_install: false }],
          is_ext_shared_channel: false,
        },
      });
    },
    close: () => {
      send({ type: 'disconnect', reason: 'refresh_requested', debug_info: {} });
      socket.close();
    },
  };
  slack.connections.add(connection);
  const ping = setInterval(() => socket.ping(), PING_EVERY);
  socket.on('message', (data) => {
    const { envelope_id: id } = JSON.parse(String(data)) as { envelope_id?: string };
    if (id) open.delete(id);
  });
  socket.on('close', () => {
    clearInterval(ping);
    slack.connections.delete(connection);
  });
  send({
    type: 'hello',
    num_connections: [...slack.connections].filter((one) => one.app === app).length,
    debug_info: { host: 'fake', build_number: 1, approximate_connection_time: 18_060 },
    connection_info: { app_id: app.id },
  });
}
