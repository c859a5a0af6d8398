import { readFileSync } from 'node:fs';
import { parse } from 'smol-toml';
import { expect, test } from 'vitest';

const text = readFileSync(new URL('defaults.toml', import.meta.url), 'utf8');

test('the shipped site defaults say nothing', () => {
  expect(parse(text)).toEqual({});
});

test('every example in them is TOML of the keys that may stand there', () => {
  // Prose has a blank after its "#", examples have none.
  const examples = parse(text.replace(/^#(?=\S)/gm, ''));
  expect(Object.keys(examples).sort()).toEqual(
    ['config', 'cpus', 'env', 'expose', 'memory', 'model', 'provider', 'providers', 'tools'].sort(),
  );
  expect(examples['config']).toEqual({ log_level: 'info' });
});
