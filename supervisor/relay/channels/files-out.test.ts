import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { linkedFiles, readOutgoing } from './files-out.ts';

const root = mkdtempSync(join(tmpdir(), 'clawden-files-out-'));
const workspace = join(root, 'workspace');

beforeAll(() => {
  mkdirSync(join(workspace, 'out'), { recursive: true });
  for (const name of ['chart.png', 'out/my report.pdf', 'a(1).txt', 'big.bin'])
    writeFileSync(join(workspace, name), name);
  writeFileSync(join(workspace, 'big.bin'), Buffer.alloc(2_000));
  writeFileSync(join(root, 'secret.txt'), 'secret');
  symlinkSync(join(root, 'secret.txt'), join(workspace, 'link.txt'));
  symlinkSync(root, join(workspace, 'up'));
  symlinkSync('chart.png', join(workspace, 'same.png'));
  execFileSync('mkfifo', [join(workspace, 'pipe')]);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const names = async (markdown: string): Promise<string[]> =>
  (await linkedFiles(markdown, workspace, 1_000)).map(({ name }) => name);

test('files of the workspace that a reply links to go with it, each once', async () => {
  expect(await names('![a chart](chart.png) and again [it](./chart.png)')).toEqual(['chart.png']);
  expect(await names(`[abs](${workspace}/chart.png)`)).toEqual(['chart.png']);
  expect(await names('[r](out/my%20report.pdf)')).toEqual(['my report.pdf']);
  expect(await names('[r](<out/my report.pdf> "title")')).toEqual(['my report.pdf']);
  expect(await names(`[f](file://${workspace}/chart.png)`)).toEqual(['chart.png']);
  expect(await linkedFiles('[r](out/my%20report.pdf)', workspace, 1_000)).toMatchObject([
    { mediaType: 'application/pdf' },
  ]);
});

test('no file from outside goes, whatever the path or a link says', async () => {
  const targets = [
    '../secret.txt',
    `${root}/secret.txt`,
    'link.txt',
    'up/secret.txt',
    '/etc/passwd',
    '..%2fsecret.txt',
  ];
  for (const target of targets) expect(await names(`[x](${target})`)).toEqual([]);
});

test('a link within the workspace may go, a folder, a pipe and what is too large may not', async () => {
  expect(await names('[x](same.png)')).toEqual(['same.png']);
  for (const target of ['out', 'pipe', 'big.bin', 'missing.txt'])
    expect(await names(`[x](${target})`)).toEqual([]);
});

test('links to other places and examples in code are no files', async () => {
  const markdown = [
    '[x](https://example.org/chart.png) [y](mailto:chart.png) [z](#chart.png) [w](//chart.png)',
    '`[x](chart.png)`',
    '```\n[x](chart.png)\n```',
    '~~~md\n[x](chart.png)',
  ];
  for (const one of markdown) expect(await names(one)).toEqual([]);
});

test('at most ten go with one reply, and a thousand code fences take no time', async () => {
  for (let n = 0; n < 15; n += 1) writeFileSync(join(workspace, `n${n}`), 'x');
  expect(await names(Array.from({ length: 15 }, (_, n) => `[x](n${n})`).join(' '))).toHaveLength(10);
  const began = performance.now();
  await names('```js\nx\n```\n'.repeat(1_000) + '['.repeat(50_000) + '`'.repeat(50_000));
  expect(performance.now() - began).toBeLessThan(1_000);
});

test('a file that became a link to somewhere else before it was sent is not sent', async () => {
  const path = join(workspace, 'swapped.txt');
  writeFileSync(path, 'mine');
  expect(String(await readOutgoing(path, [workspace], 100))).toBe('mine');
  symlinkSync(join(root, 'secret.txt'), `${path}.new`);
  renameSync(`${path}.new`, path);
  expect(await readOutgoing(path, [workspace], 100)).toBeUndefined();
});
