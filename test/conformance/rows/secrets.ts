import { canaries, heldIn, scanFiles } from '../../helpers/secret-search.ts';
import { say } from '../bench.ts';
import { demand, NotApplicable, type Row } from '../row.ts';

const group = 'Secrets';

/** Where something in a container can have written; the rest is the image. */
const writable = ['/home', '/run', '/tmp', '/etc', '/var', '/dev/shm'];

export const secretRows: readonly Row[] = [
  {
    id: 'agent-reach',
    group,
    title: 'the agent’s own tools find neither the model key nor the API token',
    check: async ({ bench, subject }) => {
      if (subject.looks.length === 0) throw new NotApplicable('its agent has no tool that could look');
      const container = await bench.shared();
      for (const [index, look] of subject.looks.entries()) {
        const when = `look around, narwhal ${index}`;
        bench.model.respond({
          kind: 'tool',
          within: when,
          name: look.name,
          arguments: { ...look.arguments },
        });
        bench.model.respond({ kind: 'text', text: 'looked', within: when });
        await say(container, subject.runtime, {
          text: when,
          session: `looking-${index}`,
          limit: bench.patience,
        });
      }
      const seen = bench.model.requests
        .map(({ body }) => JSON.stringify(body))
        .filter((text) => text.includes('look around, narwhal'));
      demand(seen.length > subject.looks.length, 'no result of a tool came back');
      const found = heldIn(seen.join('\n'), canaries);
      demand(!found.includes('model key') && !found.includes('API token'), `it found: ${found.join(', ')}`);
      return found.includes('bot token') ? 'it finds the bot token' : 'nor the bot token';
    },
  },
  {
    id: 'log',
    group,
    title: 'no secret and no word of a conversation is in the log',
    check: async ({ bench }) => {
      const container = await bench.shared();
      const logs = await container.logs();
      demand(heldIn(logs, canaries).length === 0, `the log held: ${heldIn(logs, canaries).join(', ')}`);
      for (const word of ['axolotl', 'Capybara', 'jackal']) {
        demand(!logs.includes(word), `the log held the word "${word}" of a conversation`);
      }
      return '';
    },
  },
  {
    id: 'files',
    group,
    title: 'no file in the container holds the model key or the API token',
    check: async ({ bench }) => {
      const container = await bench.shared();
      const { 'bot token': bot, ...ours } = canaries;
      const found = await scanFiles(container.id, ours, writable);
      demand(found.length === 0, `found in ${found.join(', ')}`);
      const withBot = await scanFiles(container.id, { 'bot token': bot }, writable);
      return withBot.length === 0 ? 'nor the bot token' : `the bot token is in ${withBot.join(', ')}`;
    },
  },
];
