import type { TextPart } from '../adapter.ts';
export const format = (markdown: string): readonly TextPart[] => [
  { kind: 'text', text: markdown, plain: markdown },
];
