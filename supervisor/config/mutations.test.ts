// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is the syntax under test
import { expect, test } from 'vitest';
import { catalogue } from '../errors/catalogue.ts';
import { describe } from '../errors/problem.ts';
import { type ProjectPlan, planProject } from './project.ts';
import { inputOf, type World } from './testing.ts';

/** Files for one instance. */
const single = [
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

/** For several, and with what only came with them. */
const several = [
  `x-quiet: &quiet { tools: [git], config: { log_level: warn } }
provider: mine
providers:
  mine: { type: openai, api_key: $MY_KEY, base_url: https://llm.example.com/v1 }
model: m
env: { EDITOR: vim, WORK: $WORK_TOKEN }
channels:
  work-bot: { type: telegram, token: $TELEGRAM_BOT_TOKEN, allow_from: [1] }
  home-bot: { type: telegram, token: "\${HOME_BOT_TOKEN}" }
runtimes:
  - name: openclaw
    channels: [work-bot]
    <<: *quiet
  - name: zeroclaw
    id: home
    channels: [home-bot]
    memory: 2g
    cpus: 1.5
    workspace: ./home
`,
  'allow_from: [7]\nruntimes: [openclaw, { name: zeroclaw, id: two, config: { secret: $WORK_TOKEN } }]\n',
];

/** Site defaults, over a file that is right. */
const site = [
  '# ours\nmodel = "m"\ntools = ["git", "http"]\n[env]\nEDITOR = "ed"\nWORK = "$WORK_TOKEN"\n[config]\nlog_level = "warn"\n[config.gateway]\nreload = { mode = "hot" }\n[providers.mine]\ntype = "openai"\napi_key = "$MY_KEY"\n',
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
  HOME_BOT_TOKEN: '223456:canary-of-the-other-bot',
  WORK_TOKEN: '654321:canary-of-the-work-bot',
  ANTHROPIC_API_KEY: 'canary-of-the-provider',
  MY_KEY: 'canary-of-my-own-provider',
};

const kinds: readonly (readonly [string, readonly string[], (text: string) => World])[] = [
  ['files of one instance', single, (yaml) => ({ yaml })],
  ['files of several', several, (yaml) => ({ yaml })],
  ['site defaults', site, (toml) => ({ toml, yaml: 'runtime: openclaw\n' })],
];

test.each(kinds)(
  'mutated %s give plans or catalogued problems, and no secret in them',
  {
    timeout: 240_000,
  },
  async (_kind, seeds, worldOf) => {
    const roll = dice(20_261);
    let planned = 0;
    let refused = 0;
    for (let round = 0; round < 3_400; round++) {
      let text = seeds[round % seeds.length] ?? '';
      for (let times = 1 + roll(3); times > 0; times--) text = mutate(text, roll);
      const { instances, problems } = await project(worldOf(text));
      expect(instances.length + problems.length, text).toBeGreaterThan(0);
      for (const problem of problems) expect(catalogue).toHaveProperty(problem.code);
      expect(problems.map(describe).join('\n')).not.toMatch(/canary/);
      for (const { plan } of instances)
        expect(
          [plan.notices, plan.origins, plan.channelReasons].map((part) => JSON.stringify(part)).join(),
        ).not.toMatch(/canary/);
      if (problems.length === 0) planned++;
      else refused++;
    }
    expect(planned).toBeGreaterThan(100);
    expect(refused).toBeGreaterThan(100);
  },
);

/** Whatever it throws is a defect; the text that brought it is told. */
async function project(world: World): Promise<ProjectPlan> {
  try {
    return await planProject(inputOf({ env, image: { runtimes: ['openclaw', 'zeroclaw'] }, ...world }));
  } catch (error) {
    throw new Error(`not a problem: ${JSON.stringify(world)}`, { cause: error });
  }
}
