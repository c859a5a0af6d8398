import { type Question, say } from '../bench.ts';
import { type Context, demand, type Row } from '../row.ts';

const group = 'API';

/** A question whose `word` no other row uses, and the model's answer to it. */
async function ask(
  context: Context,
  word: string,
  text: string,
  more: Partial<Question> = {},
): Promise<void> {
  const container = await context.bench.shared();
  const reply = `this is about the ${word}`;
  context.bench.model.respond({ kind: 'text', text: reply, within: word });
  const limit = context.bench.patience;
  const answer = await say(container, context.subject.runtime, { text, limit, ...more });
  demand(answer.code === null, `"${text}" was answered ${answer.status} ${answer.code}`);
  demand(answer.text === reply, `"${text}" was answered "${answer.text}"`);
}

/** Whether the model was shown earlier words in the request that asked `words`. */
export function remembered({ bench }: Context, words: string, earlier: string): boolean {
  return bench.model.requests.some(({ body }) => {
    const text = JSON.stringify(body);
    return text.includes(words) && text.includes(earlier);
  });
}

export const apiRows: readonly Row[] = [
  {
    id: 'reply',
    group,
    title: 'answers a question with the model’s words',
    check: async (context) => {
      const began = performance.now();
      await ask(context, 'axolotl', 'hello from the axolotl');
      return `first reply ${Math.round(performance.now() - began)} ms`;
    },
  },
  {
    id: 'stream',
    group,
    title: 'streams the answer as server-sent events',
    check: async (context) => {
      const began = performance.now();
      await ask(context, 'basilisk', 'hello from the basilisk', { session: 'streaming', stream: true });
      return `warm reply ${Math.round(performance.now() - began)} ms`;
    },
  },
  {
    id: 'memory',
    group,
    title: 'remembers the turn before within a session',
    check: async (context) => {
      await ask(context, 'Capybara', 'my cat is called Capybara', { session: 'cats' });
      await ask(context, 'dormouse', 'what did I say, dormouse?', { session: 'cats' });
      demand(remembered(context, 'dormouse', 'Capybara'), 'the second request held nothing of the first');
      return '';
    },
  },
  {
    id: 'apart',
    group,
    title: 'keeps two sessions apart',
    check: async (context) => {
      await ask(context, 'echidna', 'the password is echidna', { session: 'first-session' });
      await ask(context, 'ferret', 'what is it, ferret?', { session: 'second-session' });
      demand(!remembered(context, 'ferret', 'echidna'), 'the second session saw words of the first');
      return '';
    },
  },
  {
    id: 'ten',
    group,
    title: 'answers ten sessions at once, each with its own words',
    check: async (context) => {
      const animals = [
        'gecko',
        'grouse',
        'gnu',
        'gibbon',
        'gopher',
        'gannet',
        'gaur',
        'gerbil',
        'grebe',
        'guppy',
      ];
      await Promise.all(
        animals.map((animal) =>
          ask(context, `${animal}-${animal}`, `who is ${animal}-${animal}?`, { session: `crowd-${animal}` }),
        ),
      );
      return '';
    },
  },
  {
    id: 'empty-session',
    group,
    title: 'without a session leaves nothing behind',
    check: async (context) => {
      await ask(context, 'hyrax', 'nobody shall know of the hyrax');
      await ask(context, 'ibex', 'what do you know, ibex?');
      demand(!remembered(context, 'ibex', 'hyrax'), 'a fresh session saw words of another');
      return '';
    },
  },
];
