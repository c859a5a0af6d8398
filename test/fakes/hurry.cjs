/** Loaded before a program (`node --require`): its waits of 90 s, a validator's limit, take 4. */
const real = setTimeout;
globalThis.setTimeout = (run, delay, ...given) => real(run, delay === 90_000 ? 4_000 : delay, ...given);
