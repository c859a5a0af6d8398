/**
 * `clawden/testing`: servers that speak as Telegram, Discord and Slack do to a bot, and whose users a test plays. Each
 * listens on a port of its own until it is closed. docs/testing.md shows a suite.
 */
import { startDiscord as discord } from '../discord/server.ts';
import { startSlack as slack } from '../slack/server.ts';
import { startTelegram as telegram } from '../telegram/server.ts';
import type { FakeDiscord } from './discord.ts';
import type { Where } from './platform.ts';
import type { FakeSlack, SlackWhere } from './slack.ts';
import type { FakeTelegram } from './telegram.ts';

export type * from './discord.ts';
export type * from './platform.ts';
export type * from './slack.ts';
export type * from './telegram.ts';

/** A server of the Telegram Bot API; its bots are those of `addBot`. */
export const startTelegram: (where?: Omit<Where, 'tls'>) => Promise<FakeTelegram> = telegram;
/** Discord's REST API and gateway; its bots are those of `addBot`. */
export const startDiscord: (where?: Where) => Promise<FakeDiscord> = discord;
/** A Slack workspace, its Web API and Socket Mode; its apps are those of `addApp`. */
export const startSlack: (where?: Where & SlackWhere) => Promise<FakeSlack> = slack;
