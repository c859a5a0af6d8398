import fc from 'fast-check';
import type { Json } from '../../../runtimes/contract.ts';

/**
 * Files near the schema: mostly right, with a wrong value or key here and there. Left out is what an editor cannot know:
 * values of references in a form of their own, secrets that only a key's name betrays, and rules between two keys.
 */
export function anyFile(runtimes: readonly string[]): fc.Arbitrary<Json> {
  const runtime = fc.constantFrom(...runtimes);
  const single = some({ runtime, ...forAll, ...forOne, ...own(true) }, ['runtime']);
  const item = fc.oneof(
    { weight: 1, arbitrary: junk },
    { weight: 3, arbitrary: runtime },
    { weight: 8, arbitrary: entry(runtime) },
  );
  const runtimesList = fc.oneof(
    { weight: 8, arbitrary: fc.uniqueArray(item, { minLength: 1, maxLength: 2, selector: nameOf }) },
    { weight: 1, arbitrary: junk },
  );
  const several = some({ runtimes: runtimesList, ...forAll }, ['runtimes']);
  const called = fc.record({
    channels: fc.record({ 'work-bot': channel(['type', 'token']) }),
    runtimes: fc.tuple(fc.record({ name: runtime, channels: fc.constant(['work-bot']) })),
  }) as fc.Arbitrary<Json>;
  return fc.oneof(
    { weight: 5, arbitrary: single },
    { weight: 4, arbitrary: several },
    { weight: 1, arbitrary: called },
  );
}

const junk: fc.Arbitrary<Json> = fc.constantFrom<Json[]>(null, 5, true, '', [], {}, [5], { a: 1 });

/** Mostly `right`, sometimes junk. */
function mostly(right: fc.Arbitrary<Json>): fc.Arbitrary<Json> {
  return fc.oneof({ weight: 12, arbitrary: right }, { weight: 1, arbitrary: junk });
}

const text = (...values: Json[]): fc.Arbitrary<Json> => mostly(fc.constantFrom(...values));

const senders = mostly(
  fc.oneof(
    fc.constantFrom<Json[]>(1, 123456789, '5', '*', '1, 2', -1, 0),
    fc.array(fc.constantFrom<Json[]>(1, '7', '*', 'bob', null), { maxLength: 2 }),
  ),
);

/** At the top of a file with several instances; of two values of one key only the nearer one is looked at. */
const forAll = {
  provider: fc.constantFrom<Json[]>('anthropic', null, 5),
  model: text('claude', 'a/b', 'two words'),
  providers: mostly(
    fc.dictionary(
      fc.constantFrom('anthropic', 'mine'),
      mostly(
        some({
          type: text('anthropic', 'openai'),
          api_key: text('$SOME_KEY', `\${SOME_KEY}`, 'literal-secret-0123', 'none'),
          base_url: text('https://llm.example.com/v1', 'ftp://llm.example.com'),
        }),
      ),
      { maxKeys: 1 },
    ),
  ),
  tools: mostly(
    fc.oneof(
      fc.constantFrom<Json[]>('git', 'git, http'),
      fc.array(fc.constantFrom<Json[]>('git', 'http', 5, 'No Tool'), { maxLength: 3 }),
    ),
  ),
  env: mostly(
    fc.dictionary(
      fc.constantFrom('EDITOR', 'PAGER', 'a-b'),
      fc.constantFrom<Json[]>('vim', 5, true, null, []),
      {
        maxKeys: 2,
      },
    ),
  ),
};

const forOne = {
  expose: text('none', 'native', 'all'),
  image: text('me/it:1', 'two words', '-x'),
  memory: text('2g', '512m', '1.5G', 'plenty', '5'),
  cpus: text(1, 0.5, '2', 'none', 0, 2000),
};

const token: fc.Arbitrary<Json> = fc.oneof(
  { weight: 8, arbitrary: fc.constant('$TELEGRAM_BOT_TOKEN') },
  {
    weight: 3,
    arbitrary: fc.constantFrom<Json[]>(`\${TELEGRAM_BOT_TOKEN}`, `\${TELEGRAM_BOT_TOKEN:-}`),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom<Json[]>('1:literal', `\${TELEGRAM_BOT_TOKEN:-1:x}`, '$$X', '$5', 5, null),
  },
);

const channel = (required: readonly string[]): fc.Arbitrary<Json> =>
  mostly(
    some(
      { type: fc.constantFrom<Json[]>('telegram', 'telegram', null, 'telegrm'), token, allow_from: senders },
      required,
      { api_root: text('https://bot.example.com', 'ftp://x') },
    ),
  );

function own(single: boolean): Readonly<Record<string, fc.Arbitrary<Json>>> {
  const map = fc.oneof(
    fc.record({ telegram: channel([]) }) as fc.Arbitrary<Json>,
    fc.record({ 'work-bot': channel(['type', 'token']) }) as fc.Arbitrary<Json>,
    fc.record({ 'Bad Name': channel(['type', 'token']) }) as fc.Arbitrary<Json>,
  );
  const list = fc.array(fc.constantFrom<Json[]>('telegram', ...(single ? ['nowhere', 5] : [])), {
    maxLength: 2,
  });
  return {
    channels: fc.oneof(
      { weight: 6, arbitrary: map },
      { weight: 2, arbitrary: list },
      { weight: 1, arbitrary: junk },
    ),
    config: mostly(
      some({
        port: text(20000, '20000', 80, 70000, 1.5, 'x'),
        log_level: text('info', 'inof'),
        anything: fc.constantFrom<Json[]>(1, { deep: [true] }, null),
      }),
    ),
    workspace: text('./w', '/abs'),
    id: text('work', 'Work', '-x'),
  };
}

function entry(runtime: fc.Arbitrary<Json>): fc.Arbitrary<Json> {
  return some({ name: mostly(runtime), ...forOne, ...own(false) }, ['name']);
}

/** Some of those keys, `required` nearly always, and now and then one that nobody knows. */
function some(
  all: Readonly<Record<string, fc.Arbitrary<Json>>>,
  required: readonly string[] = [],
  rare: Readonly<Record<string, fc.Arbitrary<Json>>> = {},
): fc.Arbitrary<Json> {
  const keys = Object.keys({ ...all, ...rare });
  return fc
    .tuple(
      fc.record({ ...all, ...rare }) as fc.Arbitrary<Readonly<Record<string, Json>>>,
      fc.subarray(keys, { maxLength: Math.min(4, keys.length) }),
      fc.integer({ min: 0, max: 30 }),
    )
    .map(([values, chosen, dice]) => {
      const taken = new Set([...chosen, ...(dice === 0 ? [] : required)]);
      const entries = Object.entries(values).filter(([key]) => taken.has(key));
      return Object.fromEntries(dice === 1 ? [...entries, ['unknown_key', 1] as const] : entries);
    });
}

/** Two instances of one name are another mistake. */
function nameOf(item: Json): string {
  const { id, name } = Object(item) as { readonly id?: Json; readonly name?: Json };
  return String(typeof item === 'string' ? item : (id ?? name));
}
