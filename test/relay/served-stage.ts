import type { RelayChannel } from '../../supervisor/relay/protocol.ts';
import { type GatewayTwin, startGatewayTwin } from './gateway-twin.ts';
import { type RelayOptions, type RelayProcess, startRelay } from './relay-process.ts';

/** A relay that serves real channel types, and a runtime that answers with the message's own words. */
export interface ServedStage {
  readonly relay: RelayProcess;
  readonly gateway: GatewayTwin;
  readonly close: () => Promise<void>;
}

export async function servedStage(
  channels: readonly RelayChannel[],
  options: RelayOptions = {},
): Promise<ServedStage> {
  const relay = await startRelay({ ...options, setup: { scriptedEcho: true, channels, ...options.setup } });
  const gateway = await startGatewayTwin({ url: relay.door, key: relay.setup.door.key });
  relay.send({ kind: 'runtime', endpoint: gateway.endpoint });
  return {
    relay,
    gateway,
    close: async () => {
      await gateway.close();
      await relay.stop();
    },
  };
}

/** A channel of this type, served to everybody. */
export function servedChannel(
  type: string,
  fields: RelayChannel['fields'],
  secrets: RelayChannel['secrets'],
  allowFrom: readonly string[] = ['*'],
): RelayChannel {
  return { name: type, type, fields, secrets, groups: 'mention', access: { role: 'serve', allowFrom } };
}
