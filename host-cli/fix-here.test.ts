import { expect, it } from 'vitest';
import { catalogue } from '../supervisor/errors/catalogue.ts';
import { problem } from '../supervisor/errors/problem.ts';
import { fixHere } from './fix-here.ts';

it.each([
  [problem('missing-reference', { name: 'BOT' }).fix, 'write into .env: BOT=…'],
  [problem('provider-key-missing', { name: 'GROQ_API_KEY' }).fix, 'write into .env: GROQ_API_KEY=…'],
  [problem('missing-key', { example: 'docker run -e BOT IMAGE' }).fix, 'write into .env: BOT=…'],
  [problem('no-runtime').fix, 'write into clawden.yaml: runtime: openclaw'],
  [
    problem('memory-below-floor', { recommended: 2048 }).fix,
    'write memory: 2048m into clawden.yaml, or run with --memory 2048m',
  ],
  [
    problem('no-provider').fix,
    'write the key of a provider into .env, for instance ANTHROPIC_API_KEY=…; or provider: echo, which needs none',
  ],
  ['known: telegram, discord', 'known: telegram, discord'],
])('says "%s" as %s', (fix, here) => {
  expect(fixHere(fix)).toBe(here);
});

it('leaves no variable to be given to docker run, but where only the image’s own arguments can be wrong', () => {
  const left = Object.entries(catalogue)
    .filter(([, { fix }]) => fixHere(fix.replace(/\{\w+\}/g, 'NAME')).includes('docker run -e'))
    .map(([code]) => code);
  // `run` and `up` name the instance themselves, and refuse such arguments before the image sees them.
  expect(left).toEqual(['argument-without-value', 'secret-argument', 'instance-unclear']);
});
