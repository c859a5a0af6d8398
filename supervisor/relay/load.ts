import type { MessageApi } from '../../runtimes/contract.ts';

/** Found by the folder's name: the bundler turns the template into a table of all files that fit. */
export async function loadMessageApi(runtime: string): Promise<MessageApi> {
  const module = (await import(`../../runtimes/${runtime}/messages.ts`)) as { messages: MessageApi };
  return module.messages;
}
