/**
 * What no platform shows and what turns text round: control characters other than line break and tab, and the marks that
 * override the direction of writing (U+202A to U+202E, U+2066 to U+2069). The latter are dropped and not isolated: cut into
 * messages they would lose their pairs, and Telegram drops most of them anyway (`clean_input_string` of TDLib).
 */
const UNSHOWN = /[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g;
const BREAKS = /\r\n?|[\u2028\u2029]/g;
const SHOWN = /[^\s\p{Cc}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** Well-formed Unicode with "\n" as the only line break; half a surrogate pair becomes U+FFFD. */
export function clean(text: string): string {
  return text.toWellFormed().replace(BREAKS, '\n').replace(UNSHOWN, '');
}

/** Nothing to see in it: platforms refuse such a message. */
export function blank(text: string): boolean {
  return !SHOWN.test(text);
}
