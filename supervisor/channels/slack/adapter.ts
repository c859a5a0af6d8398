import type { ChannelAdapter } from '../adapter.ts';
import { format } from './format.ts';
import { openApp } from './open.ts';

export const adapter: ChannelAdapter = {
  format,
  // Slack itself takes a gigabyte; it is held in memory here.
  fileLimit: 50 * 1024 * 1024,
  open: (account, host) => openApp(account, host),
};
