import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { FromRelay, RelayChannel } from '../../supervisor/relay/protocol.ts';
import { type PlainPlatform, startPlain } from '../fakes/plain/server.ts';
import { type GatewayTwin, startGatewayTwin } from './gateway-twin.ts';
import { type RelayOptions, type RelayProcess, startRelay } from './relay-process.ts';

/** A relay that serves one channel of the type `plain`, its platform and a runtime. */
export interface ChannelStage {
  readonly platform: PlainPlatform;
  /** The one that runs now. */
  relay: RelayProcess;
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
  const folders = [dirname(relay.setup.socket)];
  const stage: ChannelStage = {
    platform,
    relay,
    gateway,
    close: async () => {
      await gateway.close();
      await stage.relay.stop();
      await platform.close();
      for (const folder of folders) rmSync(folder, { recursive: true, force: true });
    },
  };
  return stage;
}

/** Ends the relay, as PID 1 does or by force, and starts another one with its state. */
export async function restart(stage: ChannelStage, how: 'asked' | 'killed' = 'asked'): Promise<void> {
  const { child, setup, pid } = stage.relay;
  const gone = once(child, 'exit');
  if (how === 'killed') process.kill(pid, 'SIGKILL');
  else child.stdio[3]?.destroy();
  await gone;
  stage.relay = await startRelay({ setup });
  stage.relay.send({ kind: 'runtime', endpoint: stage.gateway.endpoint });
}

/** A report of the relay about its channel that is so. */
export function isReport(reason: string | null): (message: FromRelay) => boolean {
  return (message) => message.kind === 'channel' && message.reason === reason;
}
