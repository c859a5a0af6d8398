import type { FromRelay, RelayChannel } from '../../supervisor/relay/protocol.ts';
import { type PlainPlatform, startPlain } from '../fakes/plain/server.ts';
import { type GatewayTwin, startGatewayTwin } from './gateway-twin.ts';
import { type RelayOptions, type RelayProcess, startRelay } from './relay-process.ts';

/** A relay that serves one channel of the type `plain`, its platform and a runtime. */
export interface ChannelStage {
  readonly platform: PlainPlatform;
  readonly relay: RelayProcess;
  readonly gateway: GatewayTwin;
  readonly close: () => Promise<void>;
}

export function plainChannel(root: string, changes: Partial<RelayChannel> = {}): RelayChannel {
  return {
    name: 'support',
    type: 'plain',
    fields: { root },
    secrets: { token: 'plain-secret' },
    groups: 'mention',
    access: { role: 'serve', allowFrom: ['42'] },
    ...changes,
  };
}

export async function channelStage(
  channel: Partial<RelayChannel> = {},
  options: RelayOptions = {},
): Promise<ChannelStage> {
  const platform = await startPlain();
  const relay = await startRelay({
    ...options,
    setup: { scriptedEcho: true, channels: [plainChannel(platform.url, channel)], ...options.setup },
  });
  const gateway = await startGatewayTwin({ url: relay.door, key: relay.setup.door.key });
  relay.send({ kind: 'runtime', endpoint: gateway.endpoint });
  return {
    platform,
    relay,
    gateway,
    close: async () => {
      await gateway.close();
      await relay.stop();
      await platform.close();
    },
  };
}

/** A report of the relay about its channel that is so. */
export function isReport(reason: string | null): (message: FromRelay) => boolean {
  return (message) => message.kind === 'channel' && message.reason === reason;
}
