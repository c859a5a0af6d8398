import { setTimeout as sleep } from 'node:timers/promises';
import type { Address } from '../../channels/adapter.ts';
import type { Opened } from './post.ts';

/** A turn that is over sooner needs no sign. */
const FIRST_AFTER = 250;

/** Shows that an answer is being written, until the signal comes. */
export async function showTyping(
  { channel, adapter }: Opened,
  to: Address,
  signal: AbortSignal,
): Promise<void> {
  const { typingLasts } = adapter;
  if (typingLasts === undefined) return;
  try {
    await sleep(FIRST_AFTER, undefined, { signal });
    for (;;) {
      // Nobody minds when it fails, and a slow one must not keep the next from coming.
      channel.typing(to, signal).catch(() => undefined);
      await sleep(typingLasts * 0.8, undefined, { signal });
    }
  } catch {
    // The turn is over.
  }
}
