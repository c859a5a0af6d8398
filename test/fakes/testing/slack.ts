/**
 * What `clawden/testing` says of the fake Slack: the Web API and Socket Mode (https://docs.slack.dev) of one workspace, whose
 * users are played by a test.
 */
import type { ConnectionCount, FailureOrders, FileInput, Listening, PostedMessages } from './platform.ts';

export interface SlackAppInput {
  /** `xoxb-…` */
  readonly botToken: string;
  /** `xapp-…`; clients read the app's id in it. */
  readonly appToken: string;
  readonly name?: string;
  /** Default: what an app needs to be talked to in direct messages, in channels and with files. */
  readonly scopes?: readonly string[];
  /** Of the app-level token. */
  readonly appScopes?: readonly string[];
}

export interface SlackApp {
  readonly id: string;
  readonly botId: string;
  /** The bot's user, `U…`. */
  readonly user: string;
  readonly name: string;
}

export interface SlackInjection {
  /** Token of the only bot that hears it; without it every one does that can. */
  readonly token?: string;
  /** Id of a person, `U…`. */
  readonly from: string;
  /** A mention of the bot is `<@USER>` in it; in a channel it comes as two events, as at Slack. */
  readonly text: string;
  /** A channel, `C…` or, if private, `G…`; without it the direct chat with `from`. */
  readonly channel?: string;
  /** `ts` of the message whose thread it stands in. */
  readonly thread?: string;
  /** Another bot writes: subtype `bot_message`. */
  readonly bot?: boolean;
  /** Subtype `file_share`; fetched with the bot's token only. */
  readonly files?: readonly FileInput[];
}

export interface SlackInjected {
  readonly ts: string;
  readonly channel: string;
}

/** One envelope that a client was sent. */
export interface SlackDelivery {
  readonly at: number;
  /** The same at each try. */
  readonly event_id: string;
  /** `message`, `app_mention`, … */
  readonly type: string;
  readonly ts: string;
  /** 0, and counted up when the client did not acknowledge in time. */
  readonly retry_attempt: number;
  /** Which of the app's connections got it: a number that is never used again. */
  readonly connection: number;
  acknowledged: boolean;
}

export interface SlackWhere {
  /** Milliseconds within which an envelope has to be acknowledged. Default 3000, as at Slack. */
  readonly ackWithin?: number;
  /** Milliseconds before each further try. Default at once, a minute, five minutes, as at Slack. */
  readonly retryAfter?: readonly number[];
}

export interface FakeSlack extends Listening {
  /** Base of the Web API, seen from this machine: `http://127.0.0.1:PORT/api`. */
  readonly api: string;
  readonly posted: PostedMessages;
  readonly failures: FailureOrders;
  /** The name of every Web API call. */
  readonly calls: readonly string[];
  readonly deliveries: readonly SlackDelivery[];
  addApp(input: SlackAppInput): SlackApp;
  /** From here on the token is answered with that error. */
  end(token: string, error: 'token_revoked' | 'account_inactive' | 'token_expired'): void;
  /** Id of the direct chat with a person, `D…`. */
  directWith(user: string): string;
  /** A message of a person, to one connection of each app. */
  inject(injection: SlackInjection): SlackInjected;
  injectMany(injections: readonly SlackInjection[]): SlackInjected[];
  /** Subtype `message_changed`. */
  edit(edit: { channel: string; ts: string; text: string }): void;
  /** `emoji` without colons. */
  react(reaction: { from: string; channel: string; ts: string; emoji: string }): void;
  /** Any other event of the Events API, such as `member_joined_channel`. */
  injectEvent(event: Readonly<Record<string, unknown>>): void;
  /** Every client is sent that `disconnect`; after all but a warning its connection is closed. */
  disconnect(reason: 'warning' | 'refresh_requested' | 'link_disabled'): void;
  /** Every connection breaks without a word. */
  cut(): void;
  /** By the app-level token. */
  connectionCount(appToken?: string): ConnectionCount;
  /** Forgets everything, the apps too. */
  reset(): void;
}
