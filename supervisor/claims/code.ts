/** Of claim codes: nothing in it looks like another, whatever the font (no 0 O, 1 I L). */
const alphabet = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';
/** 31⁹ are 44 bits; eight characters would be 39. */
const length = 9;
const shape = new RegExp(`^[${alphabet}]{${length}}$`);

/** A new code, such as `7KQM2X9RT`. `random` gives an even integer from 0 up to, without, its argument. */
export function makeCode(random: (below: number) => number): string {
  return Array.from({ length }, () => alphabet.charAt(random(alphabet.length))).join('');
}

/** As people read and copy it: `7KQ-M2X-9RT`. */
export function shownCode(code: string): string {
  return code.match(/.{1,3}/g)?.join('-') ?? code;
}

/** Longer than a code with a command before it; a text of a megabyte is not searched. */
const longestTry = 64;

/**
 * The code in a message that brings one, as `makeCode` made it: after `/claim` or `/start` (what a link of Telegram
 * sends), after `claim` (Slack sends no text that begins with a slash), or alone. Case and hyphens do not matter.
 * Undefined for a text that cannot be a code: it is no wrong try either.
 */
export function codeIn(text: string): string | undefined {
  if (text.length > longestTry) return undefined;
  const words = text.trim().split(/\s+/);
  if (words.length === 2 && /^\/?(claim|start)$/i.test(words[0] ?? '')) words.shift();
  if (words.length !== 1) return undefined;
  const code = (words[0] ?? '').replaceAll('-', '').toUpperCase();
  return shape.test(code) ? code : undefined;
}
