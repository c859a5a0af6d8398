import type { ModelServer } from '../fakes/model-server.ts';
import { startModelServer } from '../fakes/model-server.ts';
import { type FakeTelegram, startTelegram } from '../fakes/telegram/server.ts';
import { startContainer, type TestContainer, testToken } from '../helpers/container.ts';
import { canaries } from '../helpers/secret-search.ts';
import type { Program } from './program.ts';

export const friend = 4242;
export const stranger = 6666;
const host = 'http://host.docker.internal';
/** A user and a group that nothing in the image knows. */
const oddUser = '23456:34567';

/** The servers that containers talk to, and the one container that most rows share, since its start is the dear part. */
export interface Bench {
  readonly model: ModelServer;
  readonly telegram: FakeTelegram;
  /** Milliseconds that a row waits for one answer. */
  readonly patience: number;
  /** Ready, hardened, as an odd user, with a bot on the fake Telegram and the fake model as its provider. */
  readonly shared: () => Promise<TestContainer>;
  /** From `docker run` of the shared container to its /ready, in milliseconds. */
  readonly readyAfter: () => number;
  readonly start: (env: Readonly<Record<string, string>>, more?: More) => Promise<TestContainer>;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
}

export interface More {
  /** After the image; default: the runtime's name. */
  readonly args?: readonly string[];
  readonly user?: string;
  readonly words?: readonly string[];
}

/** What the suite's own tests vary. */
export interface Wishes {
  /** For every container. */
  readonly env?: Readonly<Record<string, string>>;
  /** Behaviour of a twin. */
  readonly steer?: Readonly<Record<string, unknown>>;
  /** Milliseconds that a row waits for one answer. */
  readonly patience?: number;
}

export async function openBench(
  name: string,
  port: number,
  program: Program,
  wishes: Wishes = {},
): Promise<Bench> {
  const model = await startModelServer({ host: '0.0.0.0' });
  const telegram = await startTelegram({ host: '0.0.0.0' });
  telegram.addBot({ token: canaries['bot token'], username: 'conformance_bot' });
  const provider = {
    CLAWDEN_PROVIDER: 'custom',
    CLAWDEN_BASE_URL: `${host}:${model.port}/v1`,
    CLAWDEN_MODEL: 'fake',
    CLAWDEN_API_KEY: canaries['model key'],
    CLAWDEN_ECHO: '',
  };
  const bot = {
    TELEGRAM_BOT_TOKEN: canaries['bot token'],
    TELEGRAM_ALLOW_FROM: String(friend),
    TELEGRAM_API_ROOT: `${host}:${telegram.port}`,
  };
  const containers: TestContainer[] = [];
  let shared: Promise<TestContainer> | undefined;
  let readyAfter = Number.NaN;

  async function start(env: Readonly<Record<string, string>>, more: More = {}): Promise<TestContainer> {
    const container = await startContainer({
      args: more.args ?? [name],
      image: program.image,
      env: { ...provider, ...env, ...wishes.env },
      ...(wishes.steer ? { steer: wishes.steer } : {}),
      run: [...program.words, ...(more.words ?? [])],
      ...(more.user ? { user: more.user } : {}),
      port,
    });
    containers.push(container);
    return container;
  }

  async function startShared(): Promise<TestContainer> {
    const began = performance.now();
    const container = await start(bot, { user: oddUser });
    await container.ready(300_000);
    readyAfter = performance.now() - began;
    return container;
  }

  return {
    model,
    telegram,
    patience: wishes.patience ?? 240_000,
    start,
    shared: () => {
      shared ??= startShared();
      return shared;
    },
    readyAfter: () => readyAfter,
    [Symbol.asyncDispose]: async () => {
      for (const container of containers) await container[Symbol.asyncDispose]();
      await telegram.close();
      await model.close();
    },
  };
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  /** Of the error, when it is one. */
  readonly code: string | null;
}

export interface Question {
  readonly text: string;
  readonly session?: string;
  readonly stream?: boolean;
  /** Milliseconds. */
  readonly limit: number;
}

/** One question through /v1, whatever comes of it. */
export async function say(container: TestContainer, model: string, question: Question): Promise<Answer> {
  const { text, session, stream = false, limit } = question;
  const response = await fetch(`${container.url}/v1/chat/completions`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${testToken}`,
      ...(session ? { 'x-clawden-session': session } : {}),
    },
    body: JSON.stringify({ model, stream, messages: [{ role: 'user', content: text }] }),
    signal: AbortSignal.timeout(limit),
  });
  const body = await response.text();
  return response.headers.get('content-type')?.startsWith('text/event-stream')
    ? streamed(response.status, body)
    : whole(response.status, body);
}

function whole(status: number, body: string): Answer {
  const parsed = JSON.parse(body) as {
    choices?: { message: { content: string } }[];
    error?: { code: string };
  };
  return { status, text: parsed.choices?.[0]?.message.content ?? '', code: parsed.error?.code ?? null };
}

function streamed(status: number, body: string): Answer {
  let text = '';
  let code: string | null = body.includes('data: [DONE]') ? null : 'no [DONE]';
  for (const line of body.split('\n')) {
    if (!line.startsWith('data: {')) continue;
    const chunk = JSON.parse(line.slice(6)) as {
      choices?: { delta: { content?: string } }[];
      error?: { code: string };
    };
    text += chunk.choices?.[0]?.delta.content ?? '';
    if (chunk.error) code = chunk.error.code;
  }
  return { status, text, code };
}
