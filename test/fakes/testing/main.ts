#!/usr/bin/env node
/** `clawden-fakes`: the servers of `clawden/testing` as a program, for suites in any language. */
import { parseArgs } from 'node:util';
import { startDiscord, startSlack, startTelegram } from './index.ts';
import type { Listening } from './platform.ts';

const USAGE = `Usage: clawden-fakes telegram|discord|slack [options]

A server that speaks as the platform does to a bot. Prints one line of JSON with
its port once it listens, and ends at SIGTERM and SIGINT.

  --port N         default: a free one
  --host ADDRESS   default 127.0.0.1; 0.0.0.0 for bots in containers
  --bot TOKEN[=NAME]
                   a bot that is known from the start, as often as wanted;
                   slack: BOT_TOKEN,APP_TOKEN[=NAME]
  --guild ID       discord: a server that the bots were invited to, as often as wanted
  --message-content
                   discord: the bots may have the Message Content intent
  --help

Its users are played over HTTP, here on Telegram:

  clawden-fakes telegram --port 8081 --bot 123:secret=my_bot
  curl localhost:8081/_fake/inject -d '{"from": 7, "text": "hello"}'
  curl 'localhost:8081/_fake/next?chat=7'

The bot takes http://localhost:8081 as its API root (discord: /api, slack: /api/).
All endpoints: https://github.com/codervisor/clawden/blob/main/docs/testing.md
`;
const BAD_ARGUMENTS = 64;

const options = {
  port: { type: 'string', default: '0' },
  host: { type: 'string', default: '127.0.0.1' },
  bot: { type: 'string', multiple: true, default: [] as string[] },
  guild: { type: 'string', multiple: true, default: [] as string[] },
  'message-content': { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

interface Asked {
  readonly host: string;
  readonly port: number;
  readonly bots: readonly { readonly token: string; readonly name: string | undefined }[];
  readonly guilds: readonly string[];
  readonly messageContent: boolean;
}

const platforms: Readonly<Record<string, (asked: Asked) => Promise<Listening>>> = {
  telegram: async ({ bots, ...where }) => {
    const telegram = await startTelegram(where);
    for (const { token, name } of bots) telegram.addBot({ token, ...(name ? { username: name } : {}) });
    return telegram;
  },
  discord: async ({ bots, guilds, messageContent, ...where }) => {
    const discord = await startDiscord(where);
    for (const { token, name } of bots)
      discord.addBot({ token, guilds, messageContent, ...(name ? { username: name } : {}) });
    return discord;
  },
  slack: async ({ bots, ...where }) => {
    const slack = await startSlack(where);
    for (const { token, name } of bots) {
      const [botToken = '', appToken = ''] = token.split(',');
      slack.addApp({ botToken, appToken, ...(name ? { name } : {}) });
    }
    return slack;
  },
};

const fake = await start();
const { port, url } = fake;
console.log(JSON.stringify({ port, url }));
for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.once(signal, () => void fake.close().then(() => process.exit(0)));

async function start(): Promise<Listening> {
  const { values, positionals } = parsed();
  const [name = '', ...rest] = positionals;
  if (values.help) end(0, USAGE);
  const platform = Object.hasOwn(platforms, name) ? platforms[name] : undefined;
  if (!platform)
    end(BAD_ARGUMENTS, `${name === '' ? 'Say which platform' : `No platform "${name}"`}\n\n${USAGE}`);
  if (rest.length > 0) end(BAD_ARGUMENTS, `One platform a program; "${rest[0]}" is too much\n`);
  const number = Number(values.port);
  if (!Number.isInteger(number) || number < 0 || number > 65_535)
    end(BAD_ARGUMENTS, `--port "${values.port}" is no port\n`);
  const bots = values.bot.map((bot) => {
    const [token = '', named] = bot.split('=');
    return { token, name: named };
  });
  const { host, guild: guilds, 'message-content': messageContent } = values;
  try {
    return await platform({ host, port: number, bots, guilds, messageContent });
  } catch (error) {
    return end(69, `${name} cannot listen on ${host}:${number}: ${(error as Error).message}\n`);
  }
}

function parsed(): ReturnType<typeof parseArgs<{ options: typeof options; allowPositionals: true }>> {
  try {
    return parseArgs({ options, allowPositionals: true });
  } catch (error) {
    return end(BAD_ARGUMENTS, `${(error as Error).message}\n→ clawden-fakes --help\n`);
  }
}

function end(code: number, text: string): never {
  (code === 0 ? process.stdout : process.stderr).write(text);
  process.exit(code);
}
