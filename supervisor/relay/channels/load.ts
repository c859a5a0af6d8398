import { createRequire } from 'node:module';
import type { ChannelAdapter } from '../../channels/adapter.ts';

/**
 * The adapter of a channel type, from `adapters/<type>.cjs` beside the relay's own file: what speaks to platforms is
 * large, and a relay whose channels are all native must not hold it in memory. Throws when there is none.
 */
export function loadAdapter(type: string): ChannelAdapter {
  if (!/^[a-z][a-z0-9-]*$/.test(type)) throw new Error(`no channel type is called ${JSON.stringify(type)}`);
  const load = createRequire(process.argv[1] ?? `${process.cwd()}/`);
  return (load(`./adapters/${type}.cjs`) as { adapter: ChannelAdapter }).adapter;
}
