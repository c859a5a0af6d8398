/**
 * Text that others may have written, for a terminal: control characters, with which it could write to the clipboard, retitle the window or
 * hide what it says, become U+FFFD. Line ends and tabs stay.
 */
export function printable(text: string): string {
  return text.replace(/\r(?=\n)/g, '').replace(CONTROL, '\uFFFD');
}

const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
