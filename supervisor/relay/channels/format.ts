import type { ChannelAdapter, TextPart } from '../../channels/adapter.ts';

export type Format = (markdown: string) => readonly [TextPart, ...TextPart[]];

/** An adapter's format that always gives something: no reply may be lost over its looks. */
export function safeFormat(adapter: ChannelAdapter): Format {
  return (markdown) => {
    try {
      const [first, ...rest] = adapter.format(markdown);
      if (first) return [first, ...rest];
    } catch {
      // As it is, then.
    }
    return [{ kind: 'text', text: markdown, plain: markdown }];
  };
}
