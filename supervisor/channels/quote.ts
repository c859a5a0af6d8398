/** Longest part of an answered message that is quoted, in characters: enough to know it again. */
const QUOTED = 500;

/** The message that a person answers, as mail quotes it; empty for one without a text. */
export function toQuote(text: string): string {
  if (text.trim() === '') return '';
  const whole = [...text];
  const shown = whole.length > QUOTED ? `${whole.slice(0, QUOTED).join('')}…` : text;
  return shown
    .split('\n')
    .map((line) => `> ${line}`)
    .join('\n');
}
