import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runtimes } from '../../runtimes/index.ts';
import { commonKeys, ownKeys } from '../../supervisor/config/file/schema.ts';
import { planProject } from '../../supervisor/config/project.ts';
import { inputOf } from '../../supervisor/config/testing.ts';

const root = new URL('../../', import.meta.url).pathname;
const environment = {
  ANTHROPIC_API_KEY: 'sk-canary-0123456789',
  TELEGRAM_BOT_TOKEN: '123456789:canary-AAF',
  ZC_TELEGRAM_TOKEN: '234567890:canary-AAF',
  WORK_TELEGRAM_TOKEN: '345678901:canary-AAF',
  BRAVE_API_KEY: 'canary-brave-0123456789',
};

/** YAML blocks of the pages that name a runtime: what a reader copies. */
const blocks = [
  'README.md',
  'host-cli/README.md',
  'docs/getting-started.md',
  'docs/openclaw.md',
  'docs/picoclaw.md',
  'docs/webhook.md',
].flatMap((page) =>
  [...readFileSync(`${root}${page}`, 'utf8').matchAll(/```yaml\n([\s\S]*?)```/g)].map(
    (match, index) => [`${page}, block ${index + 1}`, match[1] ?? ''] as const,
  ),
);

const files = readdirSync(`${root}examples`).map(
  (name) => [`examples/${name}`, readFileSync(`${root}examples/${name}/clawden.yaml`, 'utf8')] as const,
);

const page = readFileSync(`${root}docs/clawden-yaml.md`, 'utf8');
const whole = [...page.matchAll(/```(yaml|toml)\n([\s\S]*?)```/g)].map(
  ([, language = '', text = ''], index) => [index + 1, language, text] as const,
);

describe('docs/clawden-yaml.md', () => {
  it.each(whole)('block %i (%s) is right as it stands', async (_index, language, text) => {
    const names = [...text.matchAll(/\$\{?([A-Z]\w+)/g)].map(([, name = '']) => name);
    const tokens = names.map((name, index) => [name, `${123_456_789 + index}:canary-AAF`]);
    const env = { ANTHROPIC_API_KEY: 'sk-canary-0123456789', ...Object.fromEntries(tokens) } as Record<
      string,
      string
    >;
    delete env['MY_PROVIDER'];
    if (text.includes('channels: [telegram]')) env['TELEGRAM_BOT_TOKEN'] = '123456789:canary-AAF';
    const file = language === 'toml' ? { toml: text, yaml: 'runtime: openclaw\n' } : { yaml: text };
    const { instances, problems } = await planProject(inputOf({ ...file, env, runtimes, image: 'unknown' }));
    expect(problems).toEqual([]);
    expect(instances).toHaveLength(/^runtimes:/m.test(text) ? text.split('- name:').length - 1 : 1);
  });

  it('tells every key', () => {
    const said = new Set([...page.matchAll(/`([a-z_]+)`/g)].map(([, key]) => key));
    expect([...commonKeys, ...ownKeys].filter((key) => !said.has(key))).toEqual([]);
  });
});

describe('the clawden.yaml in', () => {
  it.each([...files, ...blocks])('%s gives a plan', async (_name, text) => {
    const present = runtimes.map(({ descriptor }) => descriptor.name);
    const image = { runtimes: present };
    // Alone it makes a channel of whatever has no file's word on channels.
    const secret = text.includes('$WEBHOOK_SECRET') ? { WEBHOOK_SECRET: 'canary-0123456789' } : {};
    const env = { ...environment, ...secret };
    const { instances, problems } = await planProject(inputOf({ yaml: text, env, runtimes, image }));
    expect(problems).toEqual([]);
    const named = [...text.matchAll(/^(?:runtime:| +- name:) (\w+)/gm)].map(([, name]) => name);
    expect(instances.map(({ plan }) => plan.runtime)).toEqual(named);
  });
});
