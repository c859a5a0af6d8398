/** Time by a platform's own clock: the one of this machine may have been set wrong. Milliseconds since 1970. */
export interface PlatformTime {
  /** By our clock until the platform has told its own. */
  readonly now: () => number;
  /** `fetch`, hearing what the answers tell. */
  readonly fetch: typeof fetch;
}

export function createPlatformTime(): PlatformTime {
  let told: { readonly time: number; readonly at: number } | undefined;
  return {
    now: () => (told ? told.time + performance.now() - told.at : Date.now()),
    fetch: async (url, init) => {
      const response = await fetch(url, init);
      const time = Date.parse(response.headers.get('date') ?? '');
      if (!Number.isNaN(time)) told = { time, at: performance.now() };
      return response;
    },
  };
}
