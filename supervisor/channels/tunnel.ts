import { Agent } from 'node:https';

/**
 * Opens connections through the proxy that HTTPS_PROXY and NO_PROXY name, for libraries that do not ask Node's own
 * agent. Undefined where no proxy is named.
 */
export function proxyAgent(environment: NodeJS.ProcessEnv = process.env): Agent | undefined {
  const named = environment['HTTPS_PROXY'] ?? environment['https_proxy'];
  return named ? new Agent({ proxyEnv: environment }) : undefined;
}
