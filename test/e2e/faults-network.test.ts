import { describe, expect, it } from 'vitest';
import { ask, startContainer } from '../helpers/container.ts';
import { until } from '../helpers/docker.ts';

const telegram = {
  TELEGRAM_BOT_TOKEN: '123456789:AAxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
  TELEGRAM_ALLOW_FROM: '1',
};

describe('a container without any network', () => {
  it('starts, is healthy and answers with echo', async () => {
    await using container = await startContainer({ twin: {}, run: ['--network', 'none'] });
    await until('ready', async () =>
      (await container.exec(['/opt/clawden/bin/health'])).code === 0 &&
      (await container.logs()).includes('"the runtime serves"')
        ? true
        : undefined,
    );
    const question = JSON.stringify({ model: 'openclaw', messages: [{ role: 'user', content: 'anyone?' }] });
    const script = `
      const call = (path, more) => fetch('http://127.0.0.1:18789' + path, more).then(async (answer) => [answer.status, await answer.text()]);
      const headers = { authorization: 'Bearer ' + process.env.CLAWDEN_TOKEN, 'content-type': 'application/json' };
      Promise.all([call('/ready'), call('/v1/chat/completions', { method: 'POST', headers, body: ${JSON.stringify(question)} })])
        .then((answers) => console.log(JSON.stringify(answers)));`;
    const { stdout } = await container.exec(['node', '-e', script]);
    const [ready, reply] = JSON.parse(stdout) as [number, string][];
    expect(ready?.[0]).toBe(200);
    expect(reply?.[0]).toBe(200);
    expect(reply?.[1]).toContain('anyone?');
    expect(await container.stop()).toBe(0);
  });
});

describe('a container whose name server is gone', () => {
  it('is ready, names the channel as out of reach and answers a question with the reason, soon', async () => {
    await using container = await startContainer({
      twin: { failing: ['telegram'] },
      env: { ...telegram, OPENAI_API_KEY: 'sk-aaaaaaaaaaaaaaaaaaaaaaaa', CLAWDEN_ECHO: '' },
      run: ['--dns', '127.0.0.1'],
    });
    const health = await container.ready();
    expect(health).toMatchObject({ status: 'ready', runtime: { restarts: 0 } });
    const channel = await until('the reason', async () => {
      const [found] = (await container.health()).channels;
      return found?.reason === 'unreachable' ? found : undefined;
    });
    expect(channel).toMatchObject({ name: 'telegram', state: 'down', reason: 'unreachable' });
    expect((await container.get('/ready')).status).toBe(200);
    expect((await container.get('/ready?channels=1')).status).toBe(503);
    expect(await container.logs()).toMatch(
      /a channel failed its check at the platform","channel":"telegram","reason":"unreachable","fix":"/,
    );
    const failure = await ask(container, 'hello?', 'dns', 30_000).catch((error: unknown) => String(error));
    expect(failure).toMatch(/50[24] provider_(error|timeout)/);
    expect((await container.health()).runtime?.restarts).toBe(0);
    expect(await container.stop()).toBe(0);
  });
});
