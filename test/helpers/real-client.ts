import OpenAI from 'openai';
import { type TestContainer, testToken } from './container.ts';

/** The official client, without its own repetitions. */
export function client(container: TestContainer, apiKey = testToken): OpenAI {
  return new OpenAI({ baseURL: `${container.url}/v1`, apiKey, maxRetries: 0 });
}

/** One turn; `user` is the session. */
export async function say(container: TestContainer, content: string, user?: string): Promise<string | null> {
  const completion = await client(container).chat.completions.create({
    model: 'openclaw',
    messages: [{ role: 'user', content }],
    ...(user ? { user } : {}),
  });
  return completion.choices[0]?.message.content ?? null;
}

/** The error a call ends with, as a value. */
export function answerOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => 'it was answered',
    (error: unknown) => error,
  );
}
