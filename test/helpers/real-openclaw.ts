import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll } from 'vitest';
import type { Behaviour } from '../fakes/model/behaviour.ts';
import type { ModelRequest } from '../fakes/model/request.ts';
import { type ModelServer, startModelServer } from '../fakes/model-server.ts';
import { type ContainerOptions, startContainer, type TestContainer } from './container.ts';
import { until } from './docker.ts';

/** What a container calls this machine. */
export const host = 'host.docker.internal';

/** One container with the real OpenClaw for all tests of a `describe`: its start costs more than any test. */
export function sharedContainer(options: () => ContainerOptions): () => TestContainer {
  let container: TestContainer | undefined;
  beforeAll(async () => {
    container = await startContainer(options());
    await container.ready();
  });
  afterAll(async () => {
    await container?.[Symbol.asyncDispose]();
  });
  return () => {
    if (!container) throw new Error('the container is used before it was started');
    return container;
  };
}

/** A model server that containers reach, for all tests of a `describe`; declare it before their container. */
export function sharedModel(): () => ModelServer {
  let server: ModelServer | undefined;
  beforeAll(async () => {
    server = await startModelServer({ host: '0.0.0.0' });
  });
  afterAll(async () => {
    await server?.close();
  });
  return () => {
    if (!server) throw new Error('the model server is used before it was started');
    return server;
  };
}

/** The key of the user's provider: it must not be seen anywhere but at the provider. */
export const realKey = 'sk-canary-5f0c9d1e7b';

/** Variables that make the model server the provider. */
export function customProvider(model: ModelServer): Readonly<Record<string, string>> {
  return {
    CLAWDEN_PROVIDER: 'custom',
    CLAWDEN_BASE_URL: `http://${host}:${model.port}/v1`,
    CLAWDEN_MODEL: 'm1',
    CLAWDEN_API_KEY: realKey,
  };
}

export function text(words: string): Behaviour {
  return { kind: 'text', text: words };
}

/**
 * Requests that hold `words` anywhere: OpenClaw puts context of its own behind what the user said. Texts of other
 * turns stay in a session's history, so a word must be used in one test only.
 */
export function asking(model: ModelServer, words: string): ModelRequest[] {
  return model.requests.filter(({ body }) => JSON.stringify(body).includes(words));
}

/** The first such request; waits for it. */
export function asked(model: ModelServer, words: string, limit = 30_000): Promise<ModelRequest> {
  return until(`a model request with "${words}"`, () => asking(model, words)[0], limit);
}

/** Time for something to happen that must not. */
export function grace(milliseconds = 3_000): Promise<void> {
  return sleep(milliseconds);
}

/** Files below `folders` that hold `needle`, as the container's own user finds them. */
export async function filesWith(
  container: TestContainer,
  needle: string,
  folders: readonly string[] = ['/home/clawden', '/run/clawden', '/tmp'],
): Promise<readonly string[]> {
  const found = await container.exec(['grep', '-rlaF', '--', needle, ...folders]);
  // 1: nothing found. 2: a socket or a file that went away meanwhile.
  return found.stdout.split('\n').filter(Boolean);
}
