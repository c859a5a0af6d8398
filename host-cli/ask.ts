import { CliError } from './errors.ts';

// The library is loaded when something is asked: most commands never do.

/** A secret, typed without echo. Ctrl-C ends the command. */
export async function askSecret(
  message: string,
  check: (text: string) => string | undefined,
): Promise<string> {
  const { password, isCancel } = await import('@clack/prompts');
  const answer = await withCursor(password({ message, validate: (text) => check(text ?? '') }));
  if (isCancel(answer)) throw new CliError('interrupted');
  return answer;
}

/** Yes or no; no is the answer to a bare Enter. */
export async function askYesNo(message: string): Promise<boolean> {
  const { confirm, isCancel } = await import('@clack/prompts');
  const answer = await withCursor(confirm({ message, initialValue: false }));
  if (isCancel(answer)) throw new CliError('interrupted');
  return answer;
}

const SHOW_CURSOR = '\u001b[?25h';

/** A prompt hides the cursor, and a signal may end us in the middle of one. */
async function withCursor<T>(prompt: Promise<T>): Promise<T> {
  const restore = (): boolean => process.stdout.write(SHOW_CURSOR);
  process.once('exit', restore);
  return prompt.finally(() => process.off('exit', restore));
}
