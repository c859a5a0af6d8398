import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startContainer, testToken } from '../helpers/container.ts';
import { docker, scratch, until } from '../helpers/docker.ts';
import {
  canaries,
  customProvider,
  everywhere,
  heldIn,
  scanFiles,
  scanProcesses,
} from '../helpers/secret-search.ts';

describe('secrets in other places', () => {
  it('are masked in the log and in the post-mortem when the runtime itself prints them', async () => {
    const forms = [canaries['model key'], Buffer.from(canaries['model key']).toString('base64')];
    await using container = await startContainer({
      twin: {
        say: forms.map((form) => `the key is ${form}, really`),
        exitAfter: { ms: 300, code: 3 },
        starts: 1,
      },
      env: { CLAWDEN_API_KEY: canaries['model key'], ...customProvider('http://127.0.0.1:9/v1') },
    });
    await until('the restart', async () =>
      (await container.health()).runtime?.restarts === 1 ? true : undefined,
    );
    await container.ready();
    const postMortem = await container.exec(['sh', '-c', 'cat /home/clawden/state/.clawden/post-mortem/*']);
    for (const text of [await container.logs(), postMortem.stdout]) {
      expect(text).toMatch(/the key is \S+, really/);
      expect(heldIn(text, canaries)).toEqual([]);
    }
  });

  it('do not pass through the relay’s socket, whose place an agent can take', async () => {
    await using container = await startContainer({ twin: {} });
    await container.ready();
    const thief = `require('node:fs').rmSync('/run/clawden/relay.sock');
      require('node:http').createServer((request, response) => {
        response.end(JSON.stringify(request.rawHeaders));
      }).listen('/run/clawden/relay.sock', () => require('node:fs').writeFileSync('/tmp/listens', ''))`;
    await docker(['exec', '-d', container.id, 'node', '-e', thief]);
    // Not one request before it stands there: a connection to the relay would be kept and used again.
    await until(
      'the thief',
      async () => (await container.exec(['test', '-e', '/tmp/listens'])).code === 0 || undefined,
    );
    const stolen = await until('its loot', async () => {
      const answer = await container.get('/v1/models', {
        authorization: `Bearer ${testToken}`,
        'x-mark': '1',
      });
      const text = await answer.text();
      return text.includes('x-mark') ? text : undefined;
    });
    expect(heldIn(stolen, canaries)).toEqual([]);
    expect(stolen.toLowerCase()).not.toContain('authorization');
  });

  it('are open to the agent when they come as files that its user may read', async () => {
    using folder = scratch();
    const file = join(folder.path, 'key');
    chmodSync(folder.path, 0o755);
    writeFileSync(file, canaries['model key']);
    await using container = await startContainer({
      twin: {},
      env: customProvider('http://127.0.0.1:9/v1'),
      run: ['-v', `${file}:/run/secrets/CLAWDEN_API_KEY:ro`],
    });
    await container.ready();
    expect((await scanProcesses(container.id, canaries, 1)).found).toEqual([]);
    expect(await scanFiles(container.id, canaries, everywhere)).toEqual(['/run/secrets/CLAWDEN_API_KEY']);
  });
});
