import { readFileSync } from 'node:fs';

/** Put in by scripts/build.mjs. */
declare const CLAWDEN_VERSION: string | undefined;

/** Version of this command; from sources it is the checkout's. */
export function version(): string {
  if (typeof CLAWDEN_VERSION === 'string') return CLAWDEN_VERSION;
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return String((manifest as { version: unknown }).version);
}
