import { parseArgs } from 'node:util';
import { startTelegram } from './server.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    host: { type: 'string', default: '127.0.0.1' },
    // --bot <token>[=username], as often as wanted: bots that are known from the start.
    bot: { type: 'string', multiple: true, default: [] },
  },
});
const telegram = await startTelegram({ host: values.host, port: Number(values.port) });
for (const bot of values.bot) {
  const [token = '', username] = bot.split('=');
  telegram.addBot(username === undefined ? { token } : { token, username });
}
console.log(JSON.stringify({ port: telegram.port }));
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => void telegram.close().then(() => process.exit(0)));
}
