import { parseArgs } from 'node:util';
import type { Listening, Where } from './listen.ts';

/** A fake platform as a program: prints `{"port": N}` once it listens, ends at SIGTERM and SIGINT. */
export async function runServer<Fake extends Listening>(
  start: (where: Where) => Promise<Fake>,
  addBot: (fake: Fake, token: string, name: string | undefined) => unknown,
): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '0' },
      host: { type: 'string', default: '127.0.0.1' },
      bot: { type: 'string', multiple: true, default: [] },
    },
  });
  const fake = await start({ host: values.host, port: Number(values.port) });
  for (const bot of values.bot) {
    const [token = '', name] = bot.split('=');
    addBot(fake, token, name);
  }
  console.log(JSON.stringify({ port: fake.port }));
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => void fake.close().then(() => process.exit(0)));
}
