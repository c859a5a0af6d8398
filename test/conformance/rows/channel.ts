import { until } from '../../helpers/docker.ts';
import { canaries } from '../../helpers/secret-search.ts';
import { friend, stranger } from '../bench.ts';
import { type Context, demand, NotApplicable, type Row } from '../row.ts';

const group = 'Telegram, native';

function needsNative({ runtime }: Context): void {
  if (!runtime.descriptor.nativeChannels.some(({ type }) => type === 'telegram')) {
    throw new NotApplicable('it does not speak Telegram by itself');
  }
}

export const channelRows: readonly Row[] = [
  {
    id: 'telegram-friend',
    group,
    title: 'an allowed sender is answered with the model’s words',
    check: async (context) => {
      needsNative(context);
      const { bench } = context;
      await bench.shared();
      await until('a poll', () => bench.telegram.polls(canaries['bot token']).open > 0 || undefined, 90_000);
      bench.model.respond({ kind: 'text', text: 'greetings to the jackal', within: 'jackal' });
      bench.telegram.inject({ from: friend, text: 'hello by telegram, jackal' });
      await bench.telegram.nextSent({ chat: friend, text: 'greetings to the jackal', timeoutMs: 120_000 });
      return '';
    },
  },
  {
    id: 'telegram-stranger',
    group,
    title: 'a stranger gets no turn of the agent',
    check: async (context) => {
      needsNative(context);
      const { bench, subject } = context;
      await bench.shared();
      bench.telegram.inject({ from: stranger, text: 'let me in, said the kudu' });
      bench.model.respond({ kind: 'text', text: 'greetings to the lemur', within: 'lemur' });
      bench.telegram.inject({ from: friend, text: 'and then came the lemur' });
      await bench.telegram.nextSent({ chat: friend, text: 'greetings to the lemur', timeoutMs: 120_000 });
      const turns = bench.model.requests.filter(({ body }) => JSON.stringify(body).includes('kudu'));
      demand(turns.length === 0, 'the model was asked the stranger’s question');
      const notices = bench.telegram.sent({ chat: stranger });
      const silent = notices.length === 0;
      demand(silent || subject.strangers === 'notice', `the stranger was sent "${notices[0]?.text}"`);
      return silent ? 'no answer' : 'a notice of the runtime’s own';
    },
  },
];
