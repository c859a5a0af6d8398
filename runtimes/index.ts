import type { Runtime } from './contract.ts';
import { openclaw } from './openclaw/index.ts';
import { zeroclaw } from './zeroclaw/index.ts';

/** One line per runtime; the relay finds `runtimes/<name>/messages.ts` by the same name. */
export const runtimes: readonly Runtime[] = [openclaw, zeroclaw];

/** The runtime of that name, if the project knows it. */
export function runtimeNamed(name: string): Runtime | undefined {
  return runtimes.find((runtime) => runtime.descriptor.name === name);
}
