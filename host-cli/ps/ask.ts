import { askInstance } from '../ask-instance.ts';
import type { Health } from '../health.ts';
import { reasonOf } from '../project.ts';

/** What a container said of itself, or why it did not. */
export type Answer =
  | { readonly kind: 'answered'; readonly health: Health; readonly uptimeSeconds: number | undefined }
  | { readonly kind: 'token-refused' }
  | { readonly kind: 'foreign' }
  | { readonly kind: 'silent'; readonly reason: string };

/** Milliseconds for the whole answer: a listing must not wait for one that hangs. */
const LIMIT = 1500;

/** GET /clawden/v1/status at a port of this machine; never throws. */
export async function askStatus(port: number, token: string): Promise<Answer> {
  try {
    const { status, body } = await askInstance(port, token, { path: '/clawden/v1/status', limit: LIMIT });
    if (status === 401) return { kind: 'token-refused' };
    if (typeof body?.status !== 'string') return { kind: 'foreign' };
    const uptime = body.uptimeSeconds;
    return {
      kind: 'answered',
      health: body as Health,
      uptimeSeconds: typeof uptime === 'number' ? uptime : undefined,
    };
  } catch (error) {
    return { kind: 'silent', reason: reasonOf(error) };
  }
}
