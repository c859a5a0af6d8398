type Handler = (signal: NodeJS.Signals) => void;

const handlers: Handler[] = [];
let installed = false;

/**
 * The innermost handler takes Ctrl-C and SIGTERM; without one the process ends as a shell expects it to.
 * Returns the way to take the handler back.
 */
export function onInterrupt(handler: Handler): () => void {
  install();
  handlers.push(handler);
  return () => {
    const place = handlers.lastIndexOf(handler);
    if (place >= 0) handlers.splice(place, 1);
  };
}

/** Takes the signals over, so that the cursor comes back before the process ends. */
export function install(): void {
  if (installed) return;
  installed = true;
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    process.on(signal, () => {
      const handler = handlers.at(-1);
      if (handler) handler(signal);
      else process.exit(code);
    });
  }
}
