import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundle, type Workplace, workplace } from '../cli/helpers.ts';

const page = readFileSync(new URL('../../docs/config.md', import.meta.url), 'utf8');
const block = (language: string): readonly string[] =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, text = '']) => text);

const examples = block('console').map((text) => {
  const [typed = '', ...answer] = text.trimEnd().split('\n');
  return [typed.replace(/^\$ clawden /, ''), answer.join('\n')] as const;
});

let place: Workplace;
beforeAll(async () => {
  place = workplace(await bundle());
  place.write('clawden.yaml', block('yaml')[0] ?? '');
  place.write('.env', block('dotenv')[0] ?? '');
});
afterAll(() => place.remove());

it.each(examples)('docs/config.md: clawden %s answers as the page says', async (line, answer) => {
  const argv = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
  const { stdout, stderr } = await place.type(argv, { env: { PATH: '/nonexistent' } });
  expect([stdout, stderr].filter(Boolean).join('\n')).toBe(answer);
});
