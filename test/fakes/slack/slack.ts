import { Failures } from '../platform/failures.ts';
import { PostedLog } from '../platform/posted.ts';
import type { Connection } from './socket.ts';

/** What an app needs to be talked to in direct messages. */
export const usualScopes = ['chat:write', 'im:history', 'im:read', 'im:write', 'users:read'];

export interface AppInput {
  readonly botToken: string;
  readonly appToken: string;
  readonly name?: string;
  readonly scopes?: readonly string[];
  /** Of the app-level token. */
  readonly appScopes?: readonly string[];
}

export interface App {
  readonly id: string;
  readonly botId: string;
  readonly botToken: string;
  readonly appToken: string;
  /** The bot's user, `U…`. */
  readonly user: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly appScopes: readonly string[];
}

export interface Injection {
  /** Id of a person, `U…`. */
  readonly from: string;
  readonly text: string;
  /** A channel, `C…`; without it the direct chat with `from`. */
  readonly channel?: string;
  readonly thread?: string;
}

/** Of the one workspace there is. */
export const team = 'T0FAKE0001';

/** All that the fake knows; the server asks it, tests steer it. */
export class Slack {
  readonly apps: App[] = [];
  readonly posted = new PostedLog();
  readonly failures = new Failures();
  readonly connections = new Set<Connection>();
  /** Direct chats by id, with the person in them. */
  readonly direct = new Map<string, string>();
  /** Tokens that were good once, with Slack's word for what became of them. */
  readonly ended = new Map<string, string>();
  calls: string[] = [];
  private count = 0;

  addApp({ botToken, appToken, name = 'fake_bot', ...more }: AppInput): App {
    const app = {
      // The app-level token carries the app's id, and clients read it there.
      id: /^xapp-\d-(A[A-Z0-9]+)-/.exec(appToken)?.[1] ?? this.newId('A'),
      botId: this.newId('B'),
      user: this.newId('U'),
      botToken,
      appToken,
      name,
      scopes: more.scopes ?? usualScopes,
      appScopes: more.appScopes ?? ['connections:write'],
    };
    this.apps.push(app);
    return app;
  }

  /** From here on the token is answered with that error. */
  end(token: string, error: 'token_revoked' | 'account_inactive' | 'token_expired'): void {
    this.ended.set(token, error);
    for (const connection of this.connections)
      if ([connection.app.botToken, connection.app.appToken].includes(token)) connection.close();
  }

  directWith(user: string): string {
    const known = [...this.direct].find(([, other]) => other === user)?.[0];
    if (known) return known;
    const id = this.newId('D');
    this.direct.set(id, user);
    return id;
  }

  /** A message of a person, to one connection of each app, as Slack spreads them. */
  inject({ from, text, channel, thread }: Injection): { ts: string; channel: string } {
    const where = channel ?? this.directWith(from);
    const ts = this.timestamp();
    const event = {
      type: 'message',
      user: from,
      text,
      ts,
      event_ts: ts,
      team,
      channel: where,
      channel_type: channel ? 'channel' : 'im',
      client_msg_id: this.newId('M'),
      ...(thread ? { thread_ts: thread } : {}),
    };
    for (const app of this.apps) {
      const one = [...this.connections].find((connection) => connection.app === app);
      one?.event(event);
      // A mention comes as an event of its own beside the message.
      if (channel && text.includes(`<@${app.user}>`)) one?.event({ ...event, type: 'app_mention' });
    }
    return { ts, channel: where };
  }

  newId(kind: string): string {
    this.count += 1;
    return `${kind}0FAKE${String(this.count).padStart(4, '0')}`;
  }

  timestamp(): string {
    this.count += 1;
    return `${Math.floor(Date.now() / 1000)}.${String(this.count).padStart(6, '0')}`;
  }

  /** Forgets everything, the apps too. */
  reset(): void {
    for (const connection of this.connections) connection.close();
    this.apps.length = 0;
    this.direct.clear();
    this.ended.clear();
    this.failures.clear();
    this.posted.clear();
    this.calls = [];
  }
}
