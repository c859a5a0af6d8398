import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Document, isMap, parseDocument, visit } from 'yaml';
import { openProject } from '../../host-cli/project.ts';
import { type ModelServer, startModelServer } from '../fakes/model-server.ts';
import { type FakeTelegram, startTelegram } from '../fakes/telegram/server.ts';
import { bundle, docker, removeProject, root, type Workplace, workplace } from './helpers.ts';
import { imageWithTwins } from './twin-image.ts';

const host = 'host.docker.internal';
const owner = 123_456_789;
const IMAGE = `clawden-examples:${process.pid}`;

interface Example {
  readonly name: string;
  readonly place: Workplace;
  readonly id: string;
  /** Bots that it brings up, by token. */
  readonly tokens: readonly string[];
}

let telegram: FakeTelegram;
let model: ModelServer;
const examples = new Map<string, Example>();

beforeAll(async () => {
  telegram = await startTelegram({ host: '0.0.0.0' });
  model = await startModelServer({ host: '0.0.0.0' });
  model.always({ kind: 'text', text: 'the model says hi' });
  await imageWithTwins(IMAGE);
  const script = await bundle();
  for (const name of readdirSync(join(root, 'examples'))) examples.set(name, prepare(name, script));
}, 300_000);

afterAll(async () => {
  for (const { id, place } of examples.values()) {
    await removeProject(id);
    place.remove();
  }
  await docker('rmi', '-f', IMAGE);
  await Promise.all([telegram.close(), model.close()]);
}, 300_000);

/** The example in a folder of its own, as it is but for the address of the Bot API, and an `.env` with what it names. */
function prepare(name: string, script: string): Example {
  const place = workplace(script);
  const document = parseDocument(readFileSync(join(root, 'examples', name, 'clawden.yaml'), 'utf8'));
  const channels = document.get('channels');
  for (const { key } of isMap(channels) ? channels.items : [])
    document.setIn(['channels', String(key), 'api_root'], `http://${host}:${telegram.port}`);
  place.write('clawden.yaml', document.toString());
  const names = referencesOf(document);
  const variables = names.map((variable, index): [string, string] => {
    const token = `${7_000_000 + examples.size * 10 + index}:canary-of-${name}-${index}`;
    return [variable, variable.endsWith('TOKEN') ? token : 'UTC'];
  });
  const tokens = variables.map(([, value]) => value).filter((value) => value.includes(':canary'));
  for (const [index, token] of tokens.entries())
    telegram.addBot({ token, username: `${name.replaceAll('-', '_')}_${index}_bot` });
  const provider: [string, string][] =
    (document.get('provider') ?? (channels && 'anthropic')) === 'anthropic'
      ? [
          ['ANTHROPIC_API_KEY', 'sk-canary-0123456789'],
          ['CLAWDEN_BASE_URL', `http://${host}:${model.port}`],
        ]
      : [];
  const lines = [...variables, ...provider].map(([variable, value]) => `${variable}=${value}\n`);
  place.write('.env', lines.join(''));
  return { name, place, id: openProject(place.directory).id, tokens };
}

function referencesOf(document: Document): readonly string[] {
  const names = new Set<string>();
  visit(document, {
    Scalar: (_, { value }) => {
      const [, name] = (typeof value === 'string' && /\$\{?(\w+)/.exec(value)) || [];
      if (name) names.add(name);
    },
  });
  return [...names];
}

const of = (name: string): Example => {
  const example = examples.get(name);
  if (!example) throw new Error(`no example ${name}`);
  return example;
};
const type = ({ place }: Example, ...argv: readonly string[]) =>
  place.type(argv, { env: { CLAWDEN_IMAGE: IMAGE } });

/** As a person does who follows the link that `clawden channels` shows. No example has two bots that wait for it. */
async function claim(example: Example): Promise<void> {
  const { channels } = JSON.parse((await type(example, 'channels', '--json')).stdout);
  const code = channels.find((channel: { claim?: { code: string } }) => channel.claim)?.claim.code;
  const [token = ''] = example.tokens;
  if (!code) return;
  telegram.inject({ token, from: owner, text: `/start ${code}` });
  await telegram.nextSent({ token, chat: owner, timeoutMs: 60_000 });
}

describe('every example', () => {
  it.each(readdirSync(join(root, 'examples')))(
    '%s comes up with `clawden up`, and each of its bots answers its owner',
    async (name) => {
      const example = of(name);
      const up = await type(example, 'up', '--json');
      expect(up.stderr).not.toContain('✖');
      expect(up.exitCode).toBe(0);
      const { instances } = JSON.parse(up.stdout);
      expect(instances.length).toBeGreaterThan(0);
      expect(instances.every(({ state }: { state: string }) => state === 'ready')).toBe(true);
      await claim(example);
      for (const token of example.tokens) {
        telegram.inject({ token, from: owner, text: `hello from ${name}` });
        // A runtime that takes its owner in starts again first.
        await telegram.nextSent({ token, chat: owner, text: 'the model says hi', timeoutMs: 120_000 });
      }
      const ps = JSON.parse((await type(example, 'ps', '--json')).stdout);
      expect(ps.instances.map(({ state }: { state: string }) => state)).toEqual(instances.map(() => 'ready'));
      const down = await type(example, 'down', '--volumes', '--yes');
      expect(down.exitCode).toBe(0);
    },
    300_000,
  );
});
