import { createHash } from 'node:crypto';
import type { ChannelPlan } from '../runtimes/contract.ts';

/**
 * Accounts by which containers are told apart: `<type>:<first 12 hex digits of the SHA-256 of the token>`. They stand in a
 * label: 48 bits tell two tokens apart and bring nobody nearer to one.
 */
export function accountsOf(channels: readonly Pick<ChannelPlan, 'type' | 'secrets'>[]): readonly string[] {
  const accounts = channels.flatMap(({ type, secrets }) =>
    Object.values(secrets).map((token) => `${type}:${shortHash(token)}`),
  );
  return [...new Set(accounts)].sort();
}

function shortHash(token: string): string {
  return createHash('sha256').update(token).digest('hex').slice(0, 12);
}
