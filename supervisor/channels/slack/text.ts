/** Names by id, as far as they are known. */
export type Names = ReadonlyMap<string, string>;

/** Ids of the people that a text mentions without their names. */
export function mentionedIn(text: string): string[] {
  return [...new Set([...text.matchAll(/<@([UW][A-Z0-9]+)>/g)].map(([, id = '']) => id))];
}

/**
 * A text of Slack as its writer saw it: https://docs.slack.dev/messaging/formatting-message-text#retrieving-messages.
 * The mentions of `bot` are left out.
 */
export function toPlain(text: string, bot: string, names: Names): string {
  const own = new RegExp(`<@${bot}(?:\\|[^<>]*)?>[ \\t]?`, 'g');
  return text
    .replace(own, '')
    .replace(/<([^<>\s][^<>\n]{0,4000})>/g, (_whole, inner: string) => {
      const bar = inner.indexOf('|');
      const [target, label] = bar < 0 ? [inner, ''] : [inner.slice(0, bar), inner.slice(bar + 1)];
      return readable(target, label, names);
    })
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&')
    .trim();
}

function readable(target: string, label: string, names: Names): string {
  const rest = target.slice(1);
  if (target.startsWith('@')) return `@${label || names.get(rest) || rest}`;
  if (target.startsWith('#')) return `#${label || rest}`;
  // `<!here>`, a group of people, a date with the words for readers that cannot show it.
  if (target.startsWith('!')) return label || `@${rest.split('^')[0]}`;
  const bare = target.replace(/^(https?:\/\/|mailto:|tel:)/, '');
  // Slack makes links of what looks like one: their writer wrote the label.
  if (label === '') return target;
  return label === target || label === bare || `${label}/` === bare ? label : `${label} (${target})`;
}
