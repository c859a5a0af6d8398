// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is the syntax under test
import { expect, test } from 'vitest';
import { catalogue } from '../errors/catalogue.ts';
import { describe, Problems } from '../errors/problem.ts';
import { planOf } from './testing.ts';

const seeds = [
  'runtime: openclaw\nchannels: {telegram: {token: $TELEGRAM_BOT_TOKEN}}\n',
  `# an agent
x-common: &common { a: 1, list: [1, two, "three"] }
runtime: openclaw
provider: anthropic
model: \${MODEL:-claude}
tools: [git, http]
expose: native
channels:
  telegram:
    token: \${TELEGRAM_BOT_TOKEN}
    allow_from: [1234, "5678"]
    api_root: https://bot.example.com
config:
  <<: *common
  port: 18790
  log_level: debug
  gateway: { reload: { mode: hot } }
  text: |
    several
    lines
  secret: $WORK_TOKEN
`,
];

const splinters =
  '[ ] { } : , - ? | > & * ! % @ ` # " \' \\ $ ${ ${X} $$ &a *a *common <<: <<:\u0020*common !!binary !!set !!omap !x --- ... ~ null .inf 0x10 1e999 \t \r \u0000 \ufeff \u2028 \ud83d __proto__: constructor: x-y: runtime: config:'
    .split(' ')
    .concat(['\n', '\n  ', '\n\t', ' ', ': ', '- ', '? ']);

/** Small and repeatable: https://en.wikipedia.org/wiki/Linear_congruential_generator (Numerical Recipes). */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

function mutate(text: string, roll: (sides: number) => number): string {
  const at = roll(text.length + 1);
  const lines = text.split('\n');
  const line = roll(lines.length);
  switch (roll(6)) {
    case 0:
      return text.slice(0, at) + text.slice(at + 1 + roll(6));
    case 1:
    case 2:
      return text.slice(0, at) + (splinters[roll(splinters.length)] ?? '') + text.slice(at);
    case 3:
      return [...lines.slice(0, line), lines[roll(lines.length)], ...lines.slice(line)].join('\n');
    case 4:
      return lines
        .map((each, index) => (index === line ? ' '.repeat(roll(4)) + each.trimStart() : each))
        .join('\n');
    default:
      return text.slice(0, at) + String.fromCodePoint(roll(0x300)) + text.slice(at);
  }
}

const env = {
  TELEGRAM_BOT_TOKEN: '123456:canary-of-the-bot',
  WORK_TOKEN: '654321:canary-of-the-work-bot',
  ANTHROPIC_API_KEY: 'canary-of-the-provider',
};

test('2,000 mutated files give a plan or catalogued problems, and no secret in them', {
  timeout: 120_000,
}, async () => {
  const roll = dice(20_261);
  let planned = 0;
  let refused = 0;
  for (let round = 0; round < 2_000; round++) {
    let yaml = seeds[round % seeds.length] ?? '';
    for (let times = 1 + roll(3); times > 0; times--) yaml = mutate(yaml, roll);
    try {
      const plan = await planOf({ yaml, env });
      expect(plan.runtime).toBe('openclaw');
      planned++;
    } catch (error) {
      if (!(error instanceof Problems))
        throw new Error(`not a problem: ${JSON.stringify(yaml)}`, { cause: error });
      expect(error.list.length).toBeGreaterThan(0);
      for (const problem of error.list) expect(catalogue).toHaveProperty(problem.code);
      expect(error.list.map(describe).join('\n')).not.toMatch(/canary/);
      refused++;
    }
  }
  expect(planned).toBeGreaterThan(100);
  expect(refused).toBeGreaterThan(100);
});
