import type { ChannelReason } from '../../runtimes/contract.ts';

export interface CheckInput {
  readonly fields: { readonly [field: string]: string };
  readonly secrets: { readonly [field: string]: string };
}

export interface CheckResult {
  readonly reason: ChannelReason | null;
  /** How the platform calls the account, e.g. `@name_bot`. */
  readonly account?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Empty when the platform sent no JSON object. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** One question to a platform. Throws when no answer comes. */
export async function askJson(url: string, init: RequestInit): Promise<Answer> {
  const response = await fetch(url, init);
  const body: unknown = await response.json().catch(() => undefined);
  return {
    status: response.status,
    headers: response.headers,
    body: typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {},
  };
}

/** A check's own limit below the caller's: 10 s for all its questions together. */
export function limited(signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(10_000)]);
}
