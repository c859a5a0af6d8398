import type { ChannelAdapter } from '../adapter.ts';
import { openWebhook } from './open.ts';

export const adapter: ChannelAdapter = {
  // Whoever reads it is a program: Markdown as it came, in one piece.
  format: (markdown) => (markdown.trim() === '' ? [] : [{ kind: 'text', text: markdown, plain: markdown }]),
  fileLimit: 10 * 1024 * 1024,
  open: (account, host) => openWebhook(account, host),
};
