import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterEach, expect, test } from 'vitest';
import { deadAddress } from '../../supervisor/channels/testing.ts';
import { closeStages, openStage, secret, serve } from '../../supervisor/channels/webhook/testing.ts';

const page = readFileSync(new URL('../../docs/webhook.md', import.meta.url), 'utf8');
const block = (language: string): string =>
  new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(page)?.[1] ?? '';
const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill();
  closeStages();
});

function runPage(agent: string): Promise<string> {
  const env = { PATH: process.env['PATH'], AGENT: agent, WEBHOOK_SECRET: secret };
  return promisify(execFile)('sh', ['-c', block('sh')], { env }).then(({ stdout }) => stdout);
}

/** A server that hands to the channel what comes to the page's path. */
function agentOf(channel: Awaited<ReturnType<typeof openStage>>['channel']): Promise<string> {
  return serve((request, response) => {
    if (request.url === '/hooks/webhook') channel.hook?.(request, response);
    else response.writeHead(404).end();
  }).then((url) => url.slice(0, -1));
}

test('the lines of the page send a message that is answered as it says', async () => {
  const { host, channel, reply } = await openStage();
  const asked = runPage(await agentOf(channel));
  await host.texts(1);
  await reply('disk-1', 'The largest folder is /var/log.');
  expect(await asked).toBe(block('json'));
  expect(host.got[0]).toMatchObject({ sender: { id: 'alerts' }, text: expect.stringContaining('93 %') });
});

test('the receiver of the page takes what is signed and nothing else', async () => {
  const url = await deadAddress();
  const program = ['--input-type=module', '-e', block('js')];
  const env = { PATH: process.env['PATH'], PORT: new URL(url).port, WEBHOOK_SECRET: secret };
  const receiver = spawn(process.execPath, program, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(receiver);
  await expect
    .poll(() =>
      fetch(url, { method: 'POST', body: '{}' }).then(
        ({ status }) => status,
        () => 0,
      ),
    )
    .toBe(401);
  const { channel } = await openStage({ url });
  const never = new AbortController().signal;
  await channel.send({ chat: 'c', message: 'm' }, { kind: 'text', text: 'for you', plain: '' }, 'k', never);
  const [printed] = await once(receiver.stdout as NonNullable<ChildProcess['stdout']>, 'data');
  expect(String(printed)).toBe('for you\n');
});
