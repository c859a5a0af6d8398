import { expect, test } from 'vitest';
import { type Entrance, enterFile } from './enter.ts';

const entrance: Entrance = {
  runtime: 'claw',
  directory: '/home/clawden/workspace',
  umask: '2',
  program: ['/opt/claw', '--quiet'],
  environment: { HOME: '/home', PATH: '/bin' },
  commands: '/opt/commands',
  secrets: [],
};
const records = (changes: Partial<Entrance> = {}): readonly string[] =>
  enterFile({ ...entrance, ...changes })
    .slice(0, -1)
    .split('\0');

test('a command gets the runtime’s environment, and finds its program after all others', () => {
  expect(records()).toEqual([
    ...['claw', '/home/clawden/workspace', '2', '/opt/claw', '--quiet', ''],
    ...['HOME=/home', 'PATH=/bin:/opt/commands'],
  ]);
});

test('no secret is in it, whole or inside of another value', () => {
  const environment = { TOKEN: 'canary-1', URL: 'https://u:canary-2@host', PLAIN: 'x' };
  expect(records({ environment, secrets: ['canary-1', 'canary-2'] }).slice(6)).toEqual([
    'PLAIN=x',
    'PATH=/usr/bin:/bin:/opt/commands',
  ]);
});
