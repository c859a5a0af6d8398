import { runServer } from '../platform/run.ts';
import { startDiscord } from './server.ts';

/** `--bot <token>[=username]`, as often as wanted: bots that are known from the start. */
await runServer(startDiscord, (discord, token, username) =>
  discord.addBot({ token, ...(username ? { username } : {}) }),
);
