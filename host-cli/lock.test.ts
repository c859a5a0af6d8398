import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Holder, takeLock } from './lock.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'clawden-lock-'));
  file = join(folder, 'lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const module = pathToFileURL(new URL('./lock.ts', import.meta.url).pathname).href;

/** Another process that takes the lock and keeps it. */
async function holder(): Promise<{ pid: number; kill: () => Promise<void> }> {
  const code = `import { takeLock } from '${module}'; await takeLock('${file}', 'clawden up');
    console.log('held'); setInterval(() => {}, 1000);`;
  const child = execa('tsx', ['--input-type=module', '-e', code], { reject: false, preferLocal: true });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  const { pid } = JSON.parse(readFileSync(file, 'utf8')) as Holder;
  return {
    pid,
    kill: async () => {
      process.kill(pid, 'SIGKILL');
      await child;
    },
  };
}

describe('the lock of a project', () => {
  it('is held by one at a time, and the next learns for whom it waits', async () => {
    const other = await holder();
    const waited: Holder[] = [];
    const taken = takeLock(file, 'clawden down', { onWait: (each) => waited.push(each) });
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(waited).toMatchObject([{ what: 'clawden up', pid: other.pid }]);
    await other.kill();
    const release = await taken;
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ pid: process.pid, what: 'clawden down' });
    release?.();
    expect(existsSync(file)).toBe(false);
  });

  it('goes to exactly one of many processes whenever its holder has died', async () => {
    // Each leaves the lock as a killed one would; a folder shows two that are inside at once.
    const code = `import { takeLock } from '${module}';
      import { mkdirSync, renameSync, rmdirSync, writeFileSync } from 'node:fs';
      for (let turn = 0; turn < 60; turn += 1) {
        await takeLock('${file}', 'x');
        mkdirSync('${folder}/inside');
        await new Promise((resolve) => setTimeout(resolve, 3));
        rmdirSync('${folder}/inside');
        const draft = '${folder}/' + process.pid;
        writeFileSync(draft, JSON.stringify({ ...${JSON.stringify(dead(0))}, nonce: process.pid + '-' + turn }));
        renameSync(draft, '${file}');
      }`;
    const run = () => execa('tsx', ['--input-type=module', '-e', code], { preferLocal: true, reject: false });
    const ended = await Promise.all([run(), run(), run(), run()]);
    expect(ended.map(({ exitCode, stderr }) => ({ exitCode, stderr }))).toEqual(
      ended.map(() => ({ exitCode: 0, stderr: '' })),
    );
  });

  it.each([
    ['a pid that another process has by now', { ...dead(0), pid: process.pid, began: '1' }],
    ['a file cut short', '{"pid":'],
    ['an empty file', ''],
  ])('is not held by %s', async (_, content) => {
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    expect(await takeLock(file, 'x')).toBeDefined();
  });

  it('survives that the one who cleared it away was killed too', async () => {
    writeFileSync(file, JSON.stringify(dead(0)));
    writeFileSync(`${file}.clearing`, JSON.stringify(dead(1)));
    expect(await takeLock(file, 'x')).toBeDefined();
  });

  it('of another machine is waited for, until one is told not to', async () => {
    writeFileSync(file, JSON.stringify({ ...dead(0), host: 'elsewhere' }));
    const signal = AbortSignal.timeout(300);
    expect(await takeLock(file, 'x', { signal })).toBeUndefined();
  });
});

function dead(number: number): Holder {
  return { nonce: `dead-${number}`, what: 'clawden up', pid: 2 ** 22 + 7, began: '5', host: hostname() };
}
