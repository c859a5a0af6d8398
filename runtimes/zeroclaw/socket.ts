import type { Endpoint } from '../contract.ts';

/** One JSON message of the chat socket; fields by type. */
export interface Frame {
  readonly type: string;
  readonly content?: string;
  readonly full_response?: string;
  readonly message?: string;
  readonly code?: string;
  readonly request_id?: string;
}

export interface ChatSocket {
  /** Kept until the socket is open. */
  readonly send: (message: object) => void;
  /** Ends when the socket closes. */
  readonly frames: AsyncIterable<Frame>;
  readonly close: () => void;
}

/** A WebSocket to the runtime with its bearer token; closed when `signal` aborts. */
export function openSocket({ host, port, bearer }: Endpoint, path: string, signal: AbortSignal): ChatSocket {
  const socket = new Connection(`ws://${host}:${port}${path}`, {
    headers: { authorization: `Bearer ${bearer}` },
  });
  const queue: Frame[] = [];
  const unsent: string[] = [];
  let wake: (() => void) | undefined;
  let over = false;
  const next = (): void => {
    wake?.();
    wake = undefined;
  };
  const end = (): void => {
    over = true;
    next();
  };
  socket.addEventListener('open', () => {
    for (const text of unsent.splice(0)) socket.send(text);
  });
  socket.addEventListener('message', ({ data }: MessageEvent) => {
    queue.push(JSON.parse(String(data)) as Frame);
    next();
  });
  // It comes after an error too, and after a refusal.
  socket.addEventListener('close', end);
  const close = (): void => {
    end();
    socket.close();
  };
  signal.addEventListener('abort', close, { once: true });
  if (signal.aborted) close();

  return {
    send: (message) => {
      const text = JSON.stringify(message);
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
      else unsent.push(text);
    },
    frames: frames(),
    close: () => {
      signal.removeEventListener('abort', close);
      close();
    },
  };

  async function* frames(): AsyncGenerator<Frame> {
    while (true) {
      const frame = queue.shift();
      if (frame) yield frame;
      else if (over) return;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  }
}

/** Node's own takes headers, which browsers and the type declarations do not know (undici, `WebSocketInit`). */
const Connection = WebSocket as unknown as new (
  url: string,
  options: { readonly headers: Readonly<Record<string, string>> },
) => WebSocket;
