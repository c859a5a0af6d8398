import { runServer } from '../platform/run.ts';
import { startSlack } from './server.ts';

/** `--bot <bot token>,<app token>[=name]`, as often as wanted: apps that are known from the start. */
await runServer(startSlack, (slack, tokens, name) => {
  const [botToken = '', appToken = ''] = tokens.split(',');
  return slack.addApp({ botToken, appToken, ...(name ? { name } : {}) });
});
