import { describe, expect, it } from 'vitest';
import { testToken } from '../helpers/container.ts';
import { sharedContainer } from '../helpers/real-openclaw.ts';

const expose = new URL('./fixtures/expose.yaml', import.meta.url).pathname;

interface Frame {
  readonly id?: string;
  readonly event?: string;
  readonly ok?: boolean;
  readonly payload?: { readonly type?: string; readonly nonce?: string };
  readonly error?: { readonly code: string; readonly details?: { readonly code?: string } };
}

/** Opens OpenClaw’s WebSocket, connects and lists the sessions; the frames up to the last answer. */
function handshake(url: string, auth: object, headers: Readonly<Record<string, string>>): Promise<Frame[]> {
  const client = { id: 'gateway-client', mode: 'backend', platform: 'linux', version: '1.0.0' };
  const params = {
    minProtocol: 4,
    maxProtocol: 4,
    client,
    role: 'operator',
    scopes: ['operator.read'],
    auth,
  };
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url.replace('http', 'ws'), { headers });
    const frames: Frame[] = [];
    socket.addEventListener('message', ({ data }) => {
      const frame = JSON.parse(String(data)) as Frame;
      frames.push(frame);
      if (frame.event === 'connect.challenge')
        socket.send(JSON.stringify({ type: 'req', id: 'c', method: 'connect', params }));
      if (frame.id === 'c' && frame.ok)
        socket.send(JSON.stringify({ type: 'req', id: 's', method: 'sessions.list', params: {} }));
      if (frame.id !== 's' && !(frame.id === 'c' && !frame.ok)) return;
      socket.close();
      resolve(frames);
    });
    socket.addEventListener('error', () => reject(new Error('the WebSocket was refused')));
    socket.addEventListener('close', () => reject(new Error('the WebSocket was closed')));
  });
}

describe('OpenClaw’s own surface, exposed', () => {
  const container = sharedContainer(() => ({
    run: ['-v', `${expose}:/etc/clawden/clawden.yaml:ro`],
    args: [],
  }));
  const bearer = { authorization: `Bearer ${testToken}` };

  it('answers its HTTP API to the holder of the token, and to nobody else', async () => {
    const invoke = (headers: Readonly<Record<string, string>>): Promise<Response> =>
      fetch(`${container().url}/tools/invoke`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ tool: 'sessions_list', action: 'json', args: {} }),
      });
    const answer = await invoke(bearer);
    expect([answer.status, await answer.json()]).toMatchObject([200, { ok: true }]);
    expect((await invoke({})).status).toBe(401);
    expect((await invoke({ ...bearer, origin: 'https://evil.example' })).status).toBe(403);
    expect((await container().get('/api/%2e%2e/healthz', bearer)).status).toBe(404);
  });

  it('opens its WebSocket to the holder of the token, who is told the gateway’s own, with the rights asked for', async () => {
    const answer = await container().get('/clawden/v1/status', bearer);
    const { nativeToken: token } = (await answer.json()) as { nativeToken: string };
    const frames = await handshake(container().url, { token }, bearer);
    expect(frames[0]?.payload?.nonce).toMatch(/\S+/);
    expect(frames.find(({ id }) => id === 'c')).toMatchObject({ ok: true, payload: { type: 'hello-ok' } });
    expect(frames.at(-1)).toMatchObject({ id: 's', ok: true });
    const mine = await handshake(container().url, { token: testToken }, bearer);
    expect(mine.at(-1)?.error?.details?.code).toBe('AUTH_TOKEN_MISMATCH');
  });

  it('has its own command line inside, in words for people', async () => {
    const { code, stdout } = await container().exec([
      '/opt/clawden/bin/enter',
      'openclaw',
      'sessions',
      'list',
    ]);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^Sessions listed: \d+$/m)]);
  });

  it('opens no WebSocket without the token, or to a page of elsewhere', async () => {
    await expect(handshake(container().url, {}, {})).rejects.toThrow('refused');
    const foreign = { ...bearer, origin: 'https://evil.example' };
    await expect(handshake(container().url, {}, foreign)).rejects.toThrow('refused');
  });
});
