/**
 * Whether what a provider sends with status 200 can be an answer at all, judged by the first bytes. A captive portal, a
 * proxy's page or a broken gateway answers 200 as well, and runtimes make silence of it.
 */
export function readable(type: string, start: string): boolean {
  const text = start.trimStart();
  if (!type.startsWith('text/event-stream')) return text.startsWith('{') || text.startsWith('[');
  const line = /^([^\n]*)\n/.exec(text)?.[1]?.trimEnd();
  // Longer than what has come yet: its beginning has to do.
  if (line === undefined) return fieldNames.some((name) => text.startsWith(name) || name.startsWith(text));
  if (!line.startsWith('data:')) return fieldNames.some((name) => line.startsWith(name));
  const data = line.slice('data:'.length).trim();
  return data === '[DONE]' || isJson(data);
}

/** Fields of an event stream, and the comment (https://html.spec.whatwg.org/multipage/server-sent-events.html). */
const fieldNames = ['data:', 'event:', 'id:', 'retry:', ':'];

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
