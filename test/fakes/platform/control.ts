import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Fields, readFields, sendJson } from './http.ts';

/** `METHOD name` → what it does; its answer goes out as JSON. */
export type Controls = Readonly<Record<string, (given: Fields) => unknown>>;

/** The `/_fake/` endpoints: what tests of this process call on the object, over HTTP. Says whether it was one. */
export async function answerControl(
  controls: Controls,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const url = new URL(request.url ?? '/', 'http://fake');
  if (!url.pathname.startsWith('/_fake/')) return false;
  const name = `${request.method} ${url.pathname.slice('/_fake/'.length)}`;
  const control = controls[name];
  if (!control) {
    sendJson(response, 404, { error: `no ${name}; there are: ${Object.keys(controls).join(', ')}` });
    return true;
  }
  try {
    const given = { ...Object.fromEntries(url.searchParams), ...(await readFields(request)) };
    sendJson(response, 200, (await control(given)) ?? { ok: true });
  } catch (error) {
    sendJson(response, 400, { error: error instanceof Error ? error.message : String(error) });
  }
  return true;
}
