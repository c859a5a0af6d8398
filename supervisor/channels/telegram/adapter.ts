import type { ChannelAdapter } from '../adapter.ts';
import { format } from './format.ts';
import { openBot } from './open.ts';

export const adapter: ChannelAdapter = {
  format,
  typingLasts: 5_000,
  // What a bot may send; of what is larger than 20 MB Telegram says so when it is fetched.
  fileLimit: 50 * 1024 * 1024,
  open: (account, host) => openBot(account, host),
};
