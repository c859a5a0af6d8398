import { globSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import type { Json, JsonObject } from '../../../runtimes/contract.ts';
import { runtimes } from '../../../runtimes/index.ts';
import { channelTypes } from '../../channels/fields.ts';
import { brokenFiles } from '../broken-files.ts';
import { brokenProjects } from '../broken-projects.ts';
import { channelShape, forms } from '../file/schema.ts';
import { planProject } from '../project.ts';
import { inputOf } from '../testing.ts';
import { clawdenSchema } from './document.ts';
import { anyFile } from './testing.ts';

const root = new URL('../../../', import.meta.url).pathname;
const names = runtimes.map(({ descriptor }) => descriptor.name);
const schema = clawdenSchema({ runtimes: names });
const accepts = new Ajv2020({ allErrors: true, strict: false }).compile(schema);

/** Problems of a file's shape; whatever else can be wrong with it, an editor cannot know. */
const shapes = new Set([
  'wrong-value',
  'unknown-key',
  'misplaced-key',
  'missing-key',
  'bad-port',
  'literal-secret',
  'unknown-runtime',
  'unknown-channel',
  'unknown-channel-name',
  'unknown-tool',
]);

/** Of those, what has to do with one place only. */
const inEditor = new Set(
  [...shapes].filter((code) => code !== 'unknown-channel-name' && code !== 'unknown-tool'),
);

/** What an editor cannot know, by what is written there. */
const beyondSchema: readonly string[] = [
  '$FOUR', // the value of a reference
  `$\{MODL`, // a reference in a form of its own
  'gateway:', // the runtime's own keys
  'botToken:', // a secret that only its key betrays
  'apiKey:',
  'MY_TOKEN:',
  'u:p@x', // what the parts of an address mean
  'allow_from: [bob]', // ids of a platform, far from its name
  '$HOOK_SECRET }', // whether senders are listed for all channels
];

/** What the planner says of a file's shape when every reference has some value and every runtime is there. */
async function faultsOf(yaml: string): Promise<readonly string[]> {
  const env: Record<string, string> = { ANTHROPIC_API_KEY: 'key-of-anthropic' };
  const used = [...yaml.matchAll(/\$\{?([A-Z_]+)/g)].map(([, name = '']) => name);
  for (const name of used) env[name] = '4444444:value-of-a-secret';
  for (const { fields } of channelTypes)
    for (const field of fields) if (field.required) env[field.variable] = valueFor(field.name, field.pattern);
  const input = inputOf({ yaml, env, runtimes, image: 'unknown' });
  const { problems } = await planProject(input);
  return problems.filter(({ code }) => shapes.has(code)).map(({ code, message }) => `${code}: ${message}`);
}

/** A value that the field's pattern takes. */
function valueFor(name: string, pattern: RegExp | undefined): string {
  const found = [
    '123456:token-of-the-bot',
    'aaaaaaaa.bbbbbb.cccccccc',
    'xoxb-123456-abcdef',
    'xapp-1-abcdef',
    'alerts',
  ].find((value) => pattern?.test(value) ?? true);
  if (found === undefined) throw new Error(`no example fits the pattern of ${name}`);
  return found;
}

function refusals(value: unknown): readonly string[] {
  return accepts(value) ? [] : (accepts.errors ?? []).map((each) => `${each.instancePath} ${each.message}`);
}

const pages = globSync(['README.md', 'docs/*.md'], { cwd: root });
const corpus = [
  ...globSync('examples/*/clawden.yaml', { cwd: root }).map(
    (file) => [file, readFileSync(`${root}${file}`, 'utf8')] as const,
  ),
  ...pages.flatMap((page) =>
    [...readFileSync(`${root}${page}`, 'utf8').matchAll(/```yaml\n([\s\S]*?)```/g)]
      .map(([, text = '']) => text)
      .filter((text) => /^runtimes?:/m.test(text))
      .map((text, index) => [`${page}, block ${index + 1}`, text] as const),
  ),
];

describe('the JSON Schema', () => {
  it('is what schema/clawden.schema.json says', () => {
    expect(JSON.parse(readFileSync(`${root}schema/clawden.schema.json`, 'utf8'))).toEqual(schema);
  });

  it('is itself a schema of its draft', () => {
    expect(new Ajv2020({ strict: false }).validateSchema(schema)).toBe(true);
  });

  it.each(corpus)('takes %s, as the planner does', async (_name, text) => {
    expect(refusals(parse(text, { merge: true }))).toEqual([]);
    expect(await faultsOf(text)).toEqual([]);
  });

  it.each(
    [...brokenFiles, ...brokenProjects].filter(
      ([yaml, , code]) => inEditor.has(code) && !beyondSchema.some((part) => yaml.includes(part)),
    ),
  )('refuses %j, as the planner does at %s', (yaml) => {
    expect(refusals(parse(yaml, { merge: true }))).not.toEqual([]);
  });

  it('has the keys that the planner knows, and no others', () => {
    const defs = schema['$defs'] as Readonly<Record<string, { readonly properties: JsonObject }>>;
    const keys = (name: string): string[] => Object.keys(defs[name]?.properties ?? {}).sort();
    expect(keys('single')).toEqual([...Object.keys(forms.single.shape), 'runtimes'].sort());
    expect(keys('entry')).toEqual(Object.keys(forms.entry.shape).sort());
    expect(keys('several')).toEqual(Object.keys(forms.several.shape).sort());
    for (const type of channelTypes) {
      const { shape } = channelShape(type) as unknown as { readonly shape: JsonObject };
      expect(keys(`channel-${type.type}`)).toEqual(Object.keys(shape).sort());
    }
  });

  it('describes every key', () => {
    const bare: string[] = [];
    const walk = (value: Json, path: string): void => {
      if (typeof value !== 'object' || value === null) return;
      for (const [key, inner] of Object.entries(value)) {
        const isKey = /\/(single|entry|several|channel-\w+)\/properties$/.test(path);
        if (isKey && !Object.hasOwn(Object(inner), 'description')) bare.push(`${path}/${key}`);
        walk(inner, `${path}/${key}`);
      }
    };
    walk(schema, '');
    expect(bare).toEqual([]);
  });

  it('takes and refuses the same files as the planner', { timeout: 120_000 }, async () => {
    let taken = 0;
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(anyFile(names), async (file) => {
        const planner = await faultsOf(stringify(file));
        const editor = refusals(file);
        if (planner.length === 0) taken++;
        else refused++;
        const told = JSON.stringify({ file, planner, editor }, null, 2);
        expect(editor.length > 0, told).toBe(planner.length > 0);
      }),
      { numRuns: 3_000 },
    );
    expect(taken).toBeGreaterThan(100);
    expect(refused).toBeGreaterThan(100);
  });
});
