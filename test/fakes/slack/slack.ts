import { ConnectionMeter } from '../platform/connections.ts';
import { Failures } from '../platform/failures.ts';
import { PostedLog } from '../platform/posted.ts';
import type { ConnectionCount, Listening } from '../testing/platform.ts';
import type {
  FakeSlack,
  SlackApp,
  SlackAppInput,
  SlackDelivery,
  SlackInjected,
  SlackInjection,
  SlackWhere,
} from '../testing/slack.ts';
import { Deliveries, type Event } from './delivery.ts';
import { fileOf, type StoredFile, storeFile } from './files.ts';
import type { Connection } from './socket.ts';

/** What an app needs to be talked to in direct messages, in channels and with files. */
export const usualScopes = [
  'chat:write',
  'im:history',
  'im:read',
  'im:write',
  'users:read',
  'channels:history',
  'app_mentions:read',
  'files:read',
  'files:write',
];

export interface App extends SlackApp {
  readonly botToken: string;
  readonly appToken: string;
  readonly scopes: readonly string[];
  readonly appScopes: readonly string[];
}

/** Of the one workspace there is. */
export const team = 'T0FAKE0001';

/** All that the fake knows; the server asks it, tests steer it. */
export class Slack implements Omit<FakeSlack, keyof Listening | 'api'> {
  readonly apps: App[] = [];
  readonly posted = new PostedLog();
  readonly failures = new Failures();
  readonly connections = new Set<Connection>();
  readonly meter = new ConnectionMeter();
  /** Direct chats by id, with the person in them. */
  readonly direct = new Map<string, string>();
  readonly files = new Map<string, StoredFile>();
  /** Messages by channel and `ts`, as their events told of them. */
  readonly messages = new Map<string, Event>();
  /** Tokens that were good once, with Slack's word for what became of them. */
  readonly ended = new Map<string, string>();
  calls: string[] = [];
  private readonly outgoing: Deliveries;
  private count = 0;
  private connectionCounter = 0;

  constructor(where: SlackWhere = {}) {
    this.outgoing = new Deliveries(this.connections, where);
  }

  get deliveries(): readonly SlackDelivery[] {
    return this.outgoing.log;
  }

  addApp({ botToken, appToken, name = 'fake_bot', ...more }: SlackAppInput): App {
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

  inject(injection: SlackInjection): SlackInjected {
    const { from, text, channel = this.directWith(from), thread, bot = false, files = [] } = injection;
    const ts = this.timestamp();
    const shared = files.map((file) => fileOf(storeFile(this, file)));
    const event = {
      type: 'message',
      ...(bot ? { subtype: 'bot_message', bot_id: this.newId('B'), username: from } : { user: from }),
      ...(shared.length > 0 ? { subtype: 'file_share', files: shared } : {}),
      text,
      ...(bot ? {} : { client_msg_id: this.newId('M') }),
      ...this.place(channel, ts, thread),
    };
    this.tell(event, injection.token);
    return { ts, channel };
  }

  injectMany(injections: readonly SlackInjection[]): SlackInjected[] {
    return injections.map((injection) => this.inject(injection));
  }

  edit({ channel, ts, text }: { channel: string; ts: string; text: string }): void {
    const previous = this.found(channel, ts);
    const message = { ...previous, text, edited: { user: previous['user'], ts: this.timestamp() } };
    this.messages.set(`${channel} ${ts}`, message);
    const changed = { subtype: 'message_changed', hidden: true, message, previous_message: previous };
    this.injectEvent({ type: 'message', ...changed, ...this.place(channel, this.timestamp()) });
  }

  react(reaction: { from: string; channel: string; ts: string; emoji: string }): void {
    const { from, channel, ts, emoji } = reaction;
    const item_user = this.found(channel, ts)['user'];
    const item = { type: 'message', channel, ts };
    const event_ts = this.timestamp();
    this.injectEvent({ type: 'reaction_added', user: from, reaction: emoji, item, item_user, event_ts });
  }

  injectEvent(event: Event): void {
    for (const app of this.apps) this.outgoing.send(app, event, this.newId('Ev'));
  }

  /** A message that is there from now on; a mention comes as an event of its own beside it. */
  tell(event: Event, token?: string): void {
    const { channel, ts, text } = event;
    this.messages.set(`${channel} ${ts}`, event);
    for (const app of this.apps) {
      if (token !== undefined && token !== app.botToken) continue;
      this.outgoing.send(app, event, this.newId('Ev'));
      const isNamed = String(text).includes(`<@${app.user}>`);
      if (isNamed && !this.direct.has(String(channel)) && event['subtype'] !== 'bot_message') {
        const { channel_type: _none, ...mention } = event;
        this.outgoing.send(app, { ...mention, type: 'app_mention' }, this.newId('Ev'));
      }
    }
  }

  /** Where and when a message stands, as its event tells. */
  place(channel: string, ts: string, thread?: string): Event {
    const types: Readonly<Record<string, string>> = { C: 'channel', G: 'group' };
    const channel_type = this.direct.has(channel) ? 'im' : (types[channel[0] ?? ''] ?? 'im');
    const parent = thread === undefined ? undefined : this.messages.get(`${channel} ${thread}`)?.['user'];
    const inThread =
      thread === undefined ? {} : { thread_ts: thread, ...(parent ? { parent_user_id: parent } : {}) };
    return { ts, event_ts: ts, team, channel, channel_type, ...inThread };
  }

  disconnect(reason: 'warning' | 'refresh_requested' | 'link_disabled'): void {
    for (const connection of [...this.connections]) connection.disconnect(reason);
  }

  cut(): void {
    for (const connection of [...this.connections]) connection.cut();
  }

  connectionCount(appToken = this.apps[0]?.appToken ?? ''): ConnectionCount {
    return this.meter.count(appToken);
  }

  newId(kind: string): string {
    this.count += 1;
    return `${kind}0FAKE${String(this.count).padStart(4, '0')}`;
  }

  nextConnection(): number {
    this.connectionCounter += 1;
    return this.connectionCounter;
  }

  timestamp(): string {
    this.count += 1;
    return `${Math.floor(Date.now() / 1000)}.${String(this.count).padStart(6, '0')}`;
  }

  reset(): void {
    for (const connection of [...this.connections]) connection.close();
    this.apps.length = 0;
    this.calls = [];
    for (const map of [this.direct, this.files, this.messages, this.ended]) map.clear();
    for (const part of [this.failures, this.posted, this.outgoing, this.meter]) part.clear();
  }

  private found(channel: string, ts: string): Event {
    const message = this.messages.get(`${channel} ${ts}`);
    if (!message) throw new Error(`no message ${ts} in channel ${channel}`);
    return message;
  }
}
