import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { namePattern, readManifest } from './manifest.ts';

const root = join(import.meta.dirname, '../..');
const read = (value: unknown) => readManifest(JSON.stringify(value), (name) => name === 'OPENAI_API_KEY');

test.each(globSync('tools/*/tool.json', { cwd: root }))('%s is one', (file) => {
  expect(readManifest(readFileSync(join(root, file), 'utf8'), () => false)).toMatchObject({
    kind: 'manifest',
  });
  expect(basename(dirname(file))).toMatch(namePattern);
});

test('everything in it may be left out', () => {
  expect(read({})).toEqual({
    kind: 'manifest',
    manifest: { title: '', description: '', commands: [], variables: {}, seconds: 30, services: [] },
  });
});

test('a service is a name, a command and the signal that stops it', () => {
  const services = [
    { name: 'x-server', command: ['Xvfb', ':1'] },
    { name: 'vnc', command: ['v'], stopSignal: 'SIGINT' },
  ];
  expect(read({ services })).toMatchObject({
    manifest: { services: [{ stopSignal: 'SIGTERM' }, { command: ['v'], stopSignal: 'SIGINT' }] },
  });
});

test.each<readonly [string, unknown, string]>([
  ['a list', [], 'the file is a list'],
  ['null', null, 'the file is null'],
  ['an unknown key', { comands: [] }, 'the file has the key "comands"'],
  ['a title that is a number', { title: 5 }, 'title is 5'],
  ['a text without end', { description: 'x'.repeat(1000) }, 'description is "xxx'],
  ['a program with a folder', { commands: ['../bin/x'] }, 'commands[0] is "../bin/x"'],
  ['too many programs', { commands: Array(33).fill('x') }, 'commands has 33 entries'],
  [
    'a key of the supervisor',
    { variables: { OPENAI_API_KEY: 'x' } },
    'variables: OPENAI_API_KEY is not for tools',
  ],
  ['a variable that is no name', { variables: { 'A=B': 'x' } }, 'variables: "A=B" is no name'],
  ['variables as a list', { variables: ['A'] }, 'variables is a list'],
  ['no time at all', { seconds: 0 }, 'seconds is 0'],
  ['all the time in the world', { seconds: 1e9 }, 'seconds is 1000000000'],
  ['time as a text', { seconds: '30' }, 'seconds is "30"'],
  ['a service without a command', { services: [{ name: 'a' }] }, 'services[0].command is empty'],
  [
    'a service with a name that is none',
    { services: [{ name: '../a', command: ['x'] }] },
    'services[0].name is "../a"',
  ],
  ['a command as a text', { services: [{ name: 'a', command: 'x y' }] }, 'services[0].command is "x y"'],
  ['a NUL in a command', { services: [{ name: 'a', command: ['x', 'a\0b'] }] }, 'services[0].command is "a'],
  [
    'a signal that stops nothing',
    { services: [{ name: 'a', command: ['x'], stopSignal: 'SIGCHLD' }] },
    'stopSignal is',
  ],
  [
    'one service twice',
    { services: Array(2).fill({ name: 'a', command: ['x'] }) },
    'services: "a" stands twice',
  ],
])('%s is refused, by its place', (_name, value, detail) => {
  expect(read(value)).toMatchObject({ kind: 'fault', detail: expect.stringContaining(detail) });
});

test.each([
  ['no JSON', '{ "title": '],
  ['nesting without end', `{"title":${'['.repeat(30_000)}${']'.repeat(30_000)}}`],
  ['__proto__', '{"__proto__": {"seconds": 1}}'],
])('%s is refused and harms nobody', (_name, text) => {
  expect(readManifest(text, () => false)).toMatchObject({ kind: 'fault' });
});
