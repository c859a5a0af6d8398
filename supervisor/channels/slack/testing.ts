import { type FakeSlack, startSlack } from '../../../test/fakes/slack/server.ts';
import type { App } from '../../../test/fakes/slack/slack.ts';
import type { SlackWhere } from '../../../test/fakes/testing/slack.ts';
import type { Account, Channel } from '../adapter.ts';
import { createHost, type StandIn } from '../testing.ts';
import type { Pauses } from './connections.ts';
import { openApp } from './open.ts';

export const secrets = { bot_token: 'xoxb-1-good', app_token: 'xapp-1-A01DEN-good' };
export const friend = 'U012AB3CD';
export const never = new AbortController().signal;

export interface Stage {
  readonly slack: FakeSlack;
  readonly app: App;
  readonly host: StandIn;
  readonly start: (pauses?: Partial<Pauses>, account?: Partial<Account>) => Channel;
  /** How often it asked for an address to connect to. */
  readonly connects: () => number;
  readonly close: () => Promise<void>;
}

export const quick: Pauses = {
  hello: 2_000,
  pong: 2_000,
  network: 20,
  refused: 50,
  ghost: 100,
  others: 100,
  again: 50,
};

/** An app as the relay opens it, with pauses that a test can wait for. */
export async function openStage(
  where: SlackWhere = { ackWithin: 300, retryAfter: [50, 50, 50] },
): Promise<Stage> {
  const slack = await startSlack(where);
  const tokens = { botToken: secrets.bot_token, appToken: secrets.app_token };
  const app = slack.addApp({ ...tokens, name: 'good_bot' });
  const host = createHost();
  const open: Channel[] = [];
  return {
    slack,
    app,
    host,
    start: (pauses = {}, account = {}) => {
      const usual: Account = { name: 'slack', fields: { api_root: slack.api }, secrets, groups: 'mention' };
      const channel = openApp({ ...usual, ...account }, host, { ...quick, ...pauses });
      open.push(channel);
      return channel;
    },
    connects: () => slack.calls.filter((name) => name === 'apps.connections.open').length,
    close: async () => {
      await Promise.all(open.map((channel) => channel.release()));
      await slack.close();
    },
  };
}
