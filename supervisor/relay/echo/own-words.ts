/**
 * What a user wrote, taken out of what a runtime made of it. Runtimes wrap a message in times, channel metadata and
 * instructions before the model sees it; the forms here were seen in requests of OpenClaw 2026.9.6.
 */
export function ownWords(text: string): string {
  let words = text;
  for (const wrapper of wrappers) words = words.replace(wrapper, '');
  return words.trim();
}

/** Texts of a conversation that a runtime folded into one user message, oldest first, the current one last. */
export function foldedTexts(text: string): string[] {
  const at = text.lastIndexOf(CURRENT);
  if (at < 0) return [ownWords(text)];
  const start = text.lastIndexOf(EARLIER, at);
  const earlier = start < 0 ? '' : text.slice(start + EARLIER.length, at);
  const current = text.slice(at + CURRENT.length).replace(/^\s*User: /, '');
  return [...userTexts(earlier), ownWords(current)];
}

const EARLIER = '[Chat messages since your last reply - for context]\n';
const CURRENT = '[Current message - respond to this]';

/** The `User:` entries of a transcript in which each entry starts a line with its role. */
function userTexts(transcript: string): string[] {
  return transcript
    .split(/\n(?=(?:User|Assistant|System): )/)
    .filter((entry) => entry.startsWith('User: '))
    .map((entry) => entry.slice('User: '.length).trim());
}

const TIME = /^\s*\[\w{3} \d{4}-\d{2}-\d{2} \d{2}:\d{2}[^\]\n]*\] */;

const wrappers: readonly RegExp[] = [
  /<<<BEGIN_OPENCLAW_INTERNAL_CONTEXT>>>[\s\S]*?<<<END_OPENCLAW_INTERNAL_CONTEXT>>>/g,
  /\n\nRuntime: agent=\S+ \| session=[^\n]*\s*$/,
  TIME,
  // Everything after this header is context, not words.
  /^Context: ⟦openclaw:ctx⟧[\s\S]*$/m,
  // Any other header of that mark: a fenced block, or lines up to an empty one.
  /^[^\n]+⟦openclaw:ctx⟧\n(?:```json\n[\s\S]*?\n```(?:\n|$)|(?:[^\n]+(?:\n|$))*)\n*/gm,
  TIME,
];
