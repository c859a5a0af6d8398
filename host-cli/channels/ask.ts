import { askInstance, type InstanceAnswer } from '../ask-instance.ts';
import { readTold, type Told } from './told.ts';

const root = '/clawden/v1/channels';
/** Milliseconds for the whole answer: a listing must not wait for one that hangs. */
const LIMIT = 1500;
/** A change is written to disk before it is answered. */
const CHANGE_LIMIT = 10_000;

/** What the instance at a port of this machine tells of its channels; undefined where it does not. Never throws. */
export async function askChannels(port: number, token: string): Promise<readonly Told[] | undefined> {
  try {
    const { status, body } = await askInstance(port, token, { path: root, limit: LIMIT });
    return status === 200 ? readTold(body) : undefined;
  } catch {
    return undefined;
  }
}

export type Action = 'allow' | 'revoke' | 'reset';

/** Asks it to change who may talk on a channel; throws when no answer comes. */
export function changeChannel(
  port: number,
  token: string,
  channel: string,
  action: Action,
  id: string | undefined,
): Promise<InstanceAnswer> {
  const path = `${root}/${encodeURIComponent(channel)}/${action}`;
  return askInstance(port, token, { method: 'POST', path, body: { id }, limit: CHANGE_LIMIT });
}
