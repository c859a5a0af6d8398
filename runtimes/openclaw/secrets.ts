import type { JsonObject, OneTimeSecrets, RenderInput, SecretsAnswer } from '../contract.ts';

/** Our provider's name in OpenClaw's configuration. */
const provider = 'clawden';

/**
 * Values that reach the gateway through the secret door only: what stands in its environment, its agent's shell has
 * too. The gateway's own token is one of them although it is worthless elsewhere: who has it gets every other secret,
 * in clear, from the gateway's method `secrets.resolve` (measured).
 */
export function oneTimeSecrets({ bearer, channels }: RenderInput): OneTimeSecrets {
  const tokens = channels
    .filter(({ mode }) => mode === 'native')
    .flatMap(({ name, secrets }) =>
      Object.entries(secrets).map(([field, value]) => [secretId(name, field), value] as const),
    );
  return { [gatewayToken]: bearer, ...Object.fromEntries(tokens) };
}

/** Of the gateway's own token; no channel's, which begin with another word. */
export const gatewayToken = 'gateway/token';

export function secretId(channel: string, field: string): string {
  return `channels/${channel}/${field}`;
}

export function atTheDoor(id: string): JsonObject {
  return { source: 'exec', provider, id };
}

/** The gateway asks for all of them in one call, before its port opens, and again at each reload; its CLI one by one. */
export function secretProviders(command: string): JsonObject {
  return {
    providers: { [provider]: { source: 'exec', command, timeoutMs: 15_000, noOutputTimeoutMs: 15_000 } },
  };
}

/**
 * `{"protocolVersion":1,"provider":"clawden","ids":["telegram/token"]}` on stdin of the command, and what it wants on
 * its stdout. Ids that nobody has are errors, each by itself.
 */
export function answerSecrets(request: string, secrets: OneTimeSecrets): SecretsAnswer | undefined {
  const ids = idsIn(request);
  if (!ids) return undefined;
  const has = (id: string): boolean => Object.hasOwn(secrets, id);
  const given = ids.filter(has);
  const text = JSON.stringify({
    protocolVersion: 1,
    values: Object.fromEntries(given.map((id) => [id, secrets[id]])),
    errors: Object.fromEntries(ids.filter((id) => !has(id)).map((id) => [id, { code: 'NOT_FOUND' }])),
  });
  return { text, given };
}

function idsIn(request: string): readonly string[] | undefined {
  try {
    const { ids } = JSON.parse(request) as { readonly ids?: unknown };
    return Array.isArray(ids) && ids.length > 0 && ids.every((id) => typeof id === 'string')
      ? ids
      : undefined;
  } catch {
    return undefined;
  }
}
