import type { ChannelAdapter } from '../adapter.ts';
import { format } from './format.ts';
import { openBot } from './open.ts';

export const adapter: ChannelAdapter = {
  format,
  typingLasts: 10_000,
  // What a bot may send; people may send more to it.
  fileLimit: 10 * 1024 * 1024,
  open: (account, host) => openBot(account, host),
};
