import { CliError } from './errors.ts';
import { objectOf, send, textOf } from './http.ts';
import { reasonOf } from './project.ts';
import { eventData } from './sse.ts';

/** An instance's public API as the launcher uses it. */
export interface Api {
  /** One turn; pieces of the reply as they come. */
  ask(text: string, signal?: AbortSignal): AsyncGenerator<string>;
}

export interface ApiAddress {
  readonly instance: string;
  readonly runtime: string;
  readonly port: number;
  readonly token: string;
  readonly tokenFile: string;
  readonly session: string;
  readonly stream: boolean;
}

/** A client of the instance at that address. */
export function openApi(address: ApiAddress): Api {
  const base = `http://127.0.0.1:${address.port}`;
  const call = async (method: 'GET' | 'POST', path: string, body?: unknown, signal?: AbortSignal) => {
    const headers = { authorization: `Bearer ${address.token}` };
    const extra = {
      ...(signal ? { signal } : {}),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    };
    const response = await send({ method, url: base + path, headers, ...extra }).catch((error: unknown) => {
      if (signal?.aborted) throw new CliError('interrupted');
      throw unreachable(address, base, error);
    });
    if (response.statusCode === 200) return response;
    throw refused(address, response.statusCode ?? 0, await textOf(response));
  };
  let model: string | undefined;
  const modelId = async (signal?: AbortSignal): Promise<string> => {
    if (model !== undefined) return model;
    const list = objectOf(await textOf(await call('GET', '/v1/models', undefined, signal)));
    const first: unknown = Array.isArray(list?.data) ? list.data[0] : undefined;
    model = String((Object(first) as { id?: unknown }).id ?? address.instance);
    return model;
  };
  return {
    async *ask(text, signal) {
      const body = {
        model: await modelId(signal),
        messages: [{ role: 'user', content: text }],
        stream: address.stream,
        // Not in a header: there only ASCII would arrive as it was typed.
        user: address.session,
      };
      const response = await call('POST', '/v1/chat/completions', body, signal);
      try {
        if (!address.stream) yield replyOf(await textOf(response), address);
        else yield* deltas(response.setEncoding('utf8'), address);
      } catch (error) {
        if (error instanceof CliError) throw error;
        if (signal?.aborted) throw new CliError('interrupted');
        throw new CliError('reply-cut', { name: address.instance, reason: reasonOf(error) });
      }
    },
  };
}

async function* deltas(chunks: AsyncIterable<unknown>, address: ApiAddress): AsyncGenerator<string> {
  for await (const data of eventData(chunks)) {
    if (data === '[DONE]') return;
    const event = objectOf(data);
    if (event?.error) throw refused(address, 200, data);
    const text = fieldsOf(choiceOf(event).delta).content;
    if (typeof text === 'string') yield text;
  }
  // A stream that simply ends was cut: only [DONE] says that the reply is whole.
  throw new CliError('reply-cut', { name: address.instance, reason: 'the stream ended early' });
}

function replyOf(text: string, address: ApiAddress): string {
  const content = fieldsOf(choiceOf(objectOf(text)).message).content;
  if (typeof content === 'string') return content;
  throw new CliError('api-error', {
    name: address.instance,
    detail: 'its answer holds no text',
    next: `{clawden} logs ${address.instance}`,
  });
}

type Fields = Readonly<Record<string, unknown>>;

function choiceOf(body: Fields | undefined): Fields {
  return fieldsOf(Array.isArray(body?.choices) ? body.choices[0] : undefined);
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function unreachable({ instance }: ApiAddress, url: string, error: unknown): CliError {
  return new CliError('api-unreachable', { name: instance, url, reason: reasonOf(error) });
}

/** What to do about codes of `turnFailures`; anything else is best explained by the log. */
export const nextSteps: Readonly<Record<string, string>> = {
  provider_auth:
    'mend its key in .env, then: {clawden} up {name}   or without a file: {clawden} run {runtime} -d',
  provider_limit: 'wait a little, or choose another provider',
  runtime_unavailable: '{clawden} ps   says why',
  turn_timeout: 'ask for less at once, or see: {clawden} logs {name}',
};

function refused(address: ApiAddress, status: number, text: string): CliError {
  const { instance, runtime } = address;
  if (status === 401) return new CliError('api-token', { name: instance, runtime, file: address.tokenFile });
  const error = fieldsOf(objectOf(text)?.error);
  const code = typeof error.code === 'string' ? error.code : '';
  const message = typeof error.message === 'string' ? error.message : text.trim().split('\n')[0];
  const detail = oneLine(message || `HTTP ${status}`) + (code === '' ? '' : `  [${code}]`);
  const step = nextSteps[code] ?? '{clawden} logs {name}';
  const next = step.replaceAll('{runtime}', runtime).replaceAll('{name}', instance);
  return new CliError('api-error', { name: instance, detail, next });
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').slice(0, 300);
}
