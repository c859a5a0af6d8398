import { Agent, request as httpRequest } from 'node:http';

export type Environment = Readonly<Record<string, string | undefined>>;

/** How to reach the provider: Node's client of the URL's protocol with kept-alive connections. */
export interface Transport {
  readonly request: typeof httpRequest;
  readonly agent: Agent;
}

export async function openTransport(protocol: string, environment: Environment): Promise<Transport> {
  const options = {
    keepAlive: true,
    scheduling: 'lifo',
    // Idle connections only: uvicorn, under many self-hosted models, closes them after 5 s and does not say so.
    timeout: 4_000,
    maxFreeSockets: 64,
    proxyEnv: proxies(environment),
  } as const;
  if (protocol !== 'https:') return { request: httpRequest, agent: new Agent(options) };
  // TLS costs megabytes: it is loaded only for a provider that needs it.
  const https = await import('node:https');
  await trustFile(environment['SSL_CERT_FILE']);
  return { request: https.request, agent: new https.Agent(options) };
}

const proxyVariables = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'];

function proxies(environment: Environment): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of proxyVariables) {
    const value = environment[name];
    if (value) found[name] = value;
  }
  return found;
}

/** OpenSSL's own variable, which Node reads only with flags. In addition to the built-in roots, never instead. */
export async function trustFile(path: string | undefined): Promise<void> {
  if (!path) return;
  const [tls, { readFileSync }] = await Promise.all([import('node:tls'), import('node:fs')]);
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), readFileSync(path, 'utf8')]);
}
