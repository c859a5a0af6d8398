import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { RelayChannel } from '../../supervisor/relay/protocol.ts';
import { selfSigned } from '../fakes/model/certificate.ts';
import { startProxy } from '../fakes/platform/proxy.ts';
import { startGatewayTwin } from './gateway-twin.ts';
import { type RelayProcess, startRelay } from './relay-process.ts';

/** Certificate of a platform that the relay reaches by its real name only, through a proxy and an authority of its own. */
export const tls = selfSigned(['platform.example']);

export interface PlatformStage {
  readonly relay: () => RelayProcess;
  /** SIGKILL; `meanwhile` before the next one starts. */
  readonly kill: (meanwhile: () => void) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** A relay that serves one channel at `https://platform.example`, which is the server at `port`. */
export async function platformStage(port: number, channel: Partial<RelayChannel>): Promise<PlatformStage> {
  const proxy = await startProxy('127.0.0.1', port);
  const folder = mkdtempSync(join(tmpdir(), 'clawden-ca-'));
  writeFileSync(join(folder, 'ca.pem'), tls.cert);
  const environment = {
    HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`,
    NO_PROXY: '127.0.0.1',
    SSL_CERT_FILE: join(folder, 'ca.pem'),
  };
  const usual = { name: 'support', type: '', fields: {}, secrets: {}, groups: 'mention' as const };
  const access = { role: 'serve' as const, allowFrom: ['*'] };
  const setup = { scriptedEcho: true, channels: [{ ...usual, access, ...channel }] };
  let relay = await startRelay({ setup, environment });
  const first = relay.setup;
  const gateway = await startGatewayTwin({ url: relay.door, key: first.door.key });
  const serve = (): void => relay.send({ kind: 'runtime', endpoint: gateway.endpoint });
  serve();
  return {
    relay: () => relay,
    kill: async (meanwhile) => {
      const gone = once(relay.child, 'exit');
      process.kill(relay.pid, 'SIGKILL');
      await gone;
      meanwhile();
      relay = await startRelay({ setup: first, environment });
      serve();
    },
    close: async () => {
      await gateway.close();
      await relay.stop();
      await proxy.close();
      for (const path of [folder, dirname(first.socket)]) rmSync(path, { recursive: true, force: true });
    },
  };
}
