/** Code of the system call or of TLS that ended a `fetch`; fetch hides it one level down. */
export function codeOf(error: unknown): string | undefined {
  const cause: unknown = Object(error).cause;
  const code: unknown = Object(cause).code ?? Object(error).code;
  return typeof code === 'string' ? code : undefined;
}

/** Whether it happened before anything was sent: what was asked for is surely not done. */
export function nothingSent(error: unknown): boolean {
  return early.test(codeOf(error) ?? '');
}

const early =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|ERR_TLS)/;
