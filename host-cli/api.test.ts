import { expect, it } from 'vitest';
import { turnFailures } from '../supervisor/relay/turn-errors.ts';
import { nextSteps } from './api.ts';

it('knows what to do about codes by the words in which the API says them', () => {
  const said = Object.values(turnFailures).map(({ code }) => code);
  expect(said).toEqual(expect.arrayContaining(Object.keys(nextSteps)));
});
