import { readFileSync } from 'node:fs';
import { transform } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { runtimes } from '../../runtimes/index.ts';
import { planProject } from '../../supervisor/config/project.ts';
import { inputOf } from '../../supervisor/config/testing.ts';
import { startDiscord } from '../fakes/discord/server.ts';
import { startSlack } from '../fakes/slack/server.ts';
import { startTelegram } from '../fakes/telegram/server.ts';
import * as testing from '../fakes/testing/index.ts';

const page = readFileSync(new URL('../../docs/testing.md', import.meta.url), 'utf8');
const suite = /```js\n([\s\S]*?)```/.exec(page)?.[1] ?? '';

describe('the suite of docs/testing.md', () => {
  it('is a module, and takes from the package what is there', async () => {
    const { warnings } = await transform(suite, { format: 'esm', loader: 'js' });
    expect(warnings).toEqual([]);
    const taken = /import \{ (.+) \} from 'clawden\/testing'/.exec(suite)?.[1]?.split(', ') ?? [];
    expect(taken.length).toBeGreaterThan(0);
    expect(Object.keys(testing)).toEqual(expect.arrayContaining(taken));
  });

  it('starts a container whose variables give a plan', async () => {
    const pairs = /withEnvironment\(\{([\s\S]*?)\}\)/.exec(suite)?.[1] ?? '';
    const env = Object.fromEntries(
      [...pairs.matchAll(/([A-Z_]+): (.+),\n/g)].map(([, name = '', value = '']) => [
        name,
        value
          .replace('String(me)', '4242')
          .replace(/\$\{.*?\}/, '8081')
          .replaceAll(/['`]/g, ''),
      ]),
    );
    const image = { runtimes: runtimes.map(({ descriptor }) => descriptor.name) };
    const { instances, problems } = await planProject(inputOf({ env, runtimes, image }));
    expect(problems).toEqual([]);
    expect(instances).toMatchObject([{ plan: { runtime: 'openclaw' } }]);
  });
});

it.each([
  ['Telegram', startTelegram],
  ['Discord', startDiscord],
  ['Slack', startSlack],
])('docs/testing.md lists the endpoints of %s, and no others', async (name, start) => {
  const fake = await start();
  const response = await fetch(`${fake.url}/_fake/none`);
  const { error } = (await response.json()) as { error: string };
  await fake.close();
  const there = error.slice(error.indexOf('there are: ') + 'there are: '.length).split(', ');
  const section = page.slice(page.indexOf(`### ${name}\n`)).split('\n### ')[0] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));
  const listed = rows.flatMap((row) => [
    ...(row.split('|')[1] ?? '').matchAll(/`((?:GET|POST|DELETE) [\w/]+)`/g),
  ]);
  expect(listed.map(([, endpoint]) => endpoint).sort()).toEqual(there.sort());
});
