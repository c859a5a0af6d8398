import { mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { calls, offer, startPicoGateway } from '../fakes/pico-gateway.ts';
import { startPlain } from '../fakes/plain/server.ts';
import { plainChannel } from './channel-stage.ts';
import { startRelay } from './relay-process.ts';

test('a file that the runtime hands out arrives on the platform, with no word beside it', async () => {
  const platform = await startPlain();
  const frames = [calls('send_file'), offer('plan')].map((payload) => [0, payload] as const);
  const gateway = await startPicoGateway(frames, { '/pico/media/plan': Buffer.from('one, two') });
  const channels = [plainChannel(platform.url)];
  const relay = await startRelay({ setup: { instance: 'picoclaw', runtime: 'picoclaw', channels } });
  try {
    mkdirSync(relay.setup.workspace);
    relay.send({ kind: 'runtime', endpoint: gateway.endpoint });
    platform.write('the plan, please');
    await expect.poll(() => platform.sent, { timeout: 5_000, interval: 20 }).toHaveLength(1);
    expect(platform.sent[0]?.part).toMatchObject({ kind: 'file', name: 'plan.txt', mediaType: 'text/plain' });
    expect(Buffer.from(platform.sent[0]?.part.data ?? '', 'base64').toString()).toBe('one, two');
  } finally {
    gateway.close();
    await relay.stop();
    await platform.close();
    rmSync(dirname(relay.setup.socket), { recursive: true, force: true });
  }
});
