/** `plan`: plans a file with a thousand instances; `parse`: reads the same text with the YAML library. Prints milliseconds. */
import { parse } from 'yaml';
import { runtimes } from '../../runtimes/index.ts';
import { planProject } from '../../supervisor/config/project.ts';
import { readVariables } from '../../supervisor/config/variables/read.ts';

const count = 1_000;
const { text, environment } = fileOf(count);
const began = performance.now();
if (process.argv[2] === 'parse') parse(text);
else {
  const { instances, problems } = await planProject({
    arguments: {},
    variables: readVariables(environment, {}, { read: () => ({ kind: 'missing' }), list: () => [] }),
    file: { path: 'clawden.yaml', text },
    runtimes,
    image: undefined,
  });
  if (instances.length !== count || problems.length > 0) throw new Error(problems[0]?.message ?? 'too few');
}
console.log(performance.now() - began);

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
