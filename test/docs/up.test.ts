import { readFileSync } from 'node:fs';
import picocolors from 'picocolors';
import { expect, it } from 'vitest';
import { type Outcome, outcomeDocument, outcomeLine } from '../../host-cli/up/outcome.ts';
import { runtimes } from '../../runtimes/index.ts';
import { planProject } from '../../supervisor/config/project.ts';
import { inputOf } from '../../supervisor/config/testing.ts';

const page = readFileSync(new URL('../../docs/up.md', import.meta.url), 'utf8');
const block = (language: string): string =>
  new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(page)?.[1] ?? '';
const env = { ANTHROPIC_API_KEY: 'sk-canary-0123456789', FAMILY_BOT_TOKEN: '123456789:canary-AAF' };

it('the file of docs/up.md is planned as the page says', async () => {
  const present = runtimes.map(({ descriptor }) => descriptor.name);
  const world = inputOf({ yaml: block('yaml'), env, runtimes, image: { runtimes: present } });
  const { instances, problems } = await planProject(world);
  expect(problems).toEqual([]);
  expect(instances.map(({ id, plan }) => [id, plan.runtime])).toEqual([
    ['openclaw', 'openclaw'],
    ['notes', 'zeroclaw'],
  ]);
});

const colors = picocolors.createColors(false);
const notes: Outcome = {
  instance: 'notes',
  runtime: 'zeroclaw',
  action: 'created',
  state: 'ready',
  container: '…',
  port: 42617,
  seconds: 1.2,
};

it('its lines and its document are those of the command', () => {
  expect(page.split('\n')).toContain(outcomeLine(notes, colors));
  const left = [{ instance: 'old' }];
  const recreated = { ...notes, action: 'recreated' } as const;
  expect(JSON.parse(block('json'))).toEqual(
    outcomeDocument('/home/me/agents', [recreated], { removed: [], left }),
  );
});
