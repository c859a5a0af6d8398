/**
 * What a user wrote, taken out of what a runtime made of it. Runtimes wrap a message in times, channel metadata and
 * instructions before the model sees it; the forms here were seen in requests of OpenClaw 2026.9.6 and ZeroClaw 0.8.4.
 */
export function ownWords(text: string): string {
  let words = text;
  for (const wrapper of wrappers) words = words.replace(wrapper, '');
  return words.trim();
}

/** Texts that a runtime folded into one user message, oldest first, the current one last. */
export function foldedTexts(text: string): string[] {
  const words = ownWords(text);
  if (words.startsWith(QUEUED)) {
    // Where the unanswered text ends is not marked: its first paragraph is taken for all of it.
    const [queued = '', ...rest] = words.slice(QUEUED.length).split('\n\n');
    return [queued, ...foldedTexts(rest.join('\n\n'))];
  }
  const at = words.lastIndexOf(CURRENT);
  if (at < 0) return [words];
  const start = words.lastIndexOf(EARLIER, at);
  const earlier = start < 0 ? '' : words.slice(start + EARLIER.length, at);
  const current = words.slice(at + CURRENT.length).replace(/^\s*User: /, '');
  return [...userTexts(earlier), current];
}

const EARLIER = '[Chat messages since your last reply - for context]\n';
const CURRENT = '[Current message - respond to this]';
/** The message of a turn that was cut, put before the next one. */
const QUEUED =
  '[Queued user message from a previous active turn; preserved as context only. Continue with the active prompt below.]\n';

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
  /^\[Memory context\]\n[\s\S]*?\n\[\/Memory context\]\s*/,
  // It ends before the time; its own text has empty lines.
  /^\[turn-context\] [\s\S]*?\n\n(?=\[\d{4}-\d{2}-\d{2} )/,
  /^\[\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2} [+-]\d{2}:\d{2}\] /,
];
