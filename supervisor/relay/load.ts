import type { MessageApi } from '../../runtimes/contract.ts';
import type { Check } from './checks.ts';

/**
 * Parts that are found by their folder's name. The bundler turns each template into a table of all files that fit, so
 * a new runtime or channel type needs no line here.
 */
export async function loadMessageApi(runtime: string): Promise<MessageApi> {
  const module = (await import(`../../runtimes/${runtime}/messages.ts`)) as { messages: MessageApi };
  return module.messages;
}

/** The identity check of a channel type; undefined when the type has none. */
export async function loadCheck(type: string): Promise<Check | undefined> {
  try {
    const module = (await import(`../channels/${type}/check.ts`)) as { check: Check };
    return module.check;
  } catch {
    return undefined;
  }
}
