import type { Account, AdapterHost, Channel } from '../adapter.ts';
import { createFetchFile } from './fetch-file.ts';
import { type Pauses, startGateway, usualPauses } from './gateway.ts';
import type { Servers } from './incoming.ts';
import { createMessages } from './messages.ts';
import { openPosition } from './position.ts';
import { openRest, type Rest } from './rest.ts';
import { createSend } from './send.ts';
import { intents } from './wire.ts';

/** One bot: logged in until it is released, and able to send for as long as the relay lives. */
export function openBot(account: Account, host: AdapterHost, pauses: Pauses = usualPauses): Channel {
  const { fields, secrets } = account;
  const token = secrets['token'] ?? '';
  const root = (fields['api_root'] || 'https://discord.com/api/v10').replace(/\/+$/, '');
  const rest = openRest(root, token);
  const wanted = intentsOf(account);
  const position = openPosition(host, token, wanted);
  const messages = createMessages({
    rest,
    position,
    host,
    servers: serversOf(account),
    pauses,
    again: () => gateway.again(),
  });
  const gateway = startGateway({ token, intents: wanted, rest, position }, messages, host, pauses);
  return {
    send: createSend(rest),
    typing: (to, signal) => typing(rest, to.chat, signal),
    fetchFile: createFetchFile(root),
    release: async () => {
      messages.stop();
      await gateway.release();
    },
  };
}

function serversOf({ fields, groups }: Account): Servers {
  return groups === 'off' ? undefined : fields['guild'] || 'all';
}

/**
 * Text of direct messages and of mentions comes without a privileged intent; only the text of everything else that is
 * written in a server needs one.
 */
function intentsOf({ groups }: Account): number {
  if (groups === 'off') return intents.directMessages;
  return intents.directMessages | intents.guildMessages | (groups === 'all' ? intents.messageContent : 0);
}

async function typing(rest: Rest, chat: string, signal: AbortSignal): Promise<void> {
  await rest.ask('POST', `/channels/${chat}/typing`, { signal });
}
