/** What every runtime may inherit; all else comes from tools, the plan and the render. */
const inherited = [
  /^PATH$/,
  /^TZ$/,
  /^LANG$/,
  /^LC_[A-Z]+$/,
  /^(HTTP|HTTPS|NO|ALL)_PROXY$/i,
  /^NODE_EXTRA_CA_CERTS$/,
  /^SSL_CERT_FILE$/,
];

const loopback = ['127.0.0.1', 'localhost', '::1'];

export interface EnvironmentLayers {
  /** The supervisor's own environment: read through the allowlist only. */
  readonly own: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** Exported by tools, in the order they were activated. */
  readonly tools: Readonly<Record<string, string>>;
  /** `env:` of the plan; names that would do harm were refused there. */
  readonly plan: Readonly<Record<string, string>>;
  readonly rendered: Readonly<Record<string, string>>;
  /** The descriptor's patterns; the render's own names are exempt, since it chose them. */
  readonly never: readonly RegExp[];
}

/**
 * The environment of a child, built up and never copied: standard names such as TELEGRAM_BOT_TOKEN trigger things in
 * several runtimes by their mere presence.
 */
export function childEnvironment(layers: EnvironmentLayers): Record<string, string> {
  const base: Record<string, string> = {};
  for (const [name, value] of Object.entries(layers.own)) {
    if (value !== undefined && inherited.some((pattern) => pattern.test(name))) base[name] = value;
  }
  Object.assign(base, layers.tools);
  for (const name of Object.keys(base)) {
    if (layers.never.some((pattern) => pattern.test(name))) delete base[name];
  }
  Object.assign(base, layers.plan);
  return { ...base, ...noProxy(base), HOME: layers.home, ...layers.rendered };
}

/** A proxy must not be asked for the model door or the runtime's own port. */
function noProxy(environment: Readonly<Record<string, string>>): Record<string, string> {
  const proxied = Object.keys(environment).some((name) => /^(https?|all)_proxy$/i.test(name));
  if (!proxied) return {};
  const present = (environment['NO_PROXY'] ?? environment['no_proxy'] ?? '').split(',').filter(Boolean);
  const value = [...new Set([...present, ...loopback])].join(',');
  return { NO_PROXY: value, no_proxy: value };
}
