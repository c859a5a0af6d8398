import type { TextPart } from '../adapter.ts';

export function format(markdown: string): readonly TextPart[] {
  return [{ kind: 'text', text: markdown, plain: markdown }];
}
