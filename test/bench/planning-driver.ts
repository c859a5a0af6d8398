/**
 * `plan`: plans a file with a thousand instances; `parse`: reads the same text with the YAML library. Prints the
 * milliseconds of the first time, and of the fastest of ten more.
 */
import { parse } from 'yaml';
import { runtimes } from '../../runtimes/index.ts';
import { planProject } from '../../supervisor/config/project.ts';
import { readVariables } from '../../supervisor/config/variables/read.ts';

const count = 1_000;
const { text, environment } = fileOf(count);
const work = process.argv[2] === 'parse' ? async () => parse(text) : plan;
const times: number[] = [];
for (let round = 0; round < 11; round++) {
  const began = performance.now();
  await work();
  times.push(performance.now() - began);
}
const [first, ...others] = times;
console.log(JSON.stringify([first, Math.min(...others)]));

async function plan(): Promise<void> {
  const { instances, problems } = await planProject({
    arguments: {},
    variables: readVariables(environment, {}, { read: () => ({ kind: 'missing' }), list: () => [] }),
    file: { path: 'clawden.yaml', text },
    runtimes,
    image: undefined,
  });
  if (instances.length !== count || problems.length > 0) throw new Error(problems[0]?.message ?? 'too few');
}
/** Each instance with a channel, a token and a port of its own. */
function fileOf(instances: number): { text: string; environment: Record<string, string> } {
  const environment: Record<string, string> = { ANTHROPIC_API_KEY: 'key-of-the-provider' };
  const names = runtimes.map(({ descriptor }) => descriptor.name);
  const channels: string[] = [];
  const entries: string[] = [];
  for (let index = 0; index < instances; index++) {
    environment[`BOT_${index}_TOKEN`] = `${100_000 + index}:token-of-the-bot`;
    channels.push(
      `  bot-${index}: { type: telegram, token: $BOT_${index}_TOKEN, allow_from: [${index + 1}] }`,
    );
    entries.push(
      `  - name: ${names[index % names.length]}`,
      `    id: agent-${index}`,
      `    channels: [bot-${index}]`,
      `    config: { port: ${20_000 + index} }`,
    );
  }
  const head = ['provider: anthropic', 'tools: [git, http]', 'env: { EDITOR: vim }', 'channels:'];
  return { text: `${[...head, ...channels, 'runtimes:', ...entries].join('\n')}\n`, environment };
}
