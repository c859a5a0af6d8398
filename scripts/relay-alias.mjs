import { join } from 'node:path';

/** Of @discordjs/rest the build without an HTTP client of its own, which would cost 5 MB and is never asked. */
export const relayAlias = {
  '@discordjs/rest': join(import.meta.dirname, '../node_modules/@discordjs/rest/dist/web.mjs'),
};
