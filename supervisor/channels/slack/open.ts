import type { Account, AdapterHost, Channel } from '../adapter.ts';
import { type Pauses, startConnections, usualPauses } from './connections.ts';
import { createFetchFile } from './fetch-file.ts';
import { createMessages } from './messages.ts';
import { createSend } from './send.ts';
import { openWeb } from './web.ts';

/** One app: connected until it is released, and able to send for as long as the relay lives. */
export function openApp(account: Account, host: AdapterHost, pauses: Pauses = usualPauses): Channel {
  const { fields, secrets, groups } = account;
  const { bot_token: botToken = '', app_token: appToken = '' } = secrets;
  const root = (fields['api_root'] || 'https://slack.com/api').replace(/\/+$/, '');
  const web = openWeb(root, botToken);
  const messages = createMessages(web, host, pauses);
  const connections = startConnections({ root, appToken, groups, web }, messages, host, pauses);
  return {
    send: createSend(web, connections.refused),
    // Slack has nothing like it for bots.
    typing: () => Promise.resolve(),
    fetchFile: createFetchFile(root, botToken),
    release: async () => {
      await messages.stop();
      await connections.release();
    },
  };
}
