// Puts one file of an official release in place, in the image build; no dependencies:
//   node fetch-release.mjs --runtime NAME --url URL --sha256 HEX --vendor DIR --out FILE
// DIR/<asset> wins over the network: that is the air-gapped way, checked against the same sum. A file without a known
// sum is refused unless ALLOW_UNPINNED (comma-separated names, a build argument) holds the runtime's name.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

const tries = 3;
/** Milliseconds for one try; the largest asset is 70 MB. */
const patience = 300_000;

const { values } = parseArgs({
  options: Object.fromEntries(
    ['runtime', 'url', 'sha256', 'vendor', 'out'].map((name) => [name, { type: 'string', default: '' }]),
  ),
});
const { runtime, url, sha256, vendor, out } = values;
const { host, pathname } = new URL(url);
const asset = pathname.split('/').pop();
const byHand = `runtimes/${runtime}/vendor/${asset}`;

if (sha256 === '' && !(process.env.ALLOW_UNPINNED ?? '').split(',').includes(runtime)) {
  fail(
    `no SHA-256 is known for ${asset}, so it is not taken`,
    `to take it as it is: npm run image -- --runtimes ${runtime} --allow-unpinned ${runtime}`,
  );
}

const given = join(vendor, asset);
const bytes = existsSync(given) ? readFileSync(given) : await download();
const found = createHash('sha256').update(bytes).digest('hex');
if (sha256 !== '' && found !== sha256) {
  const source = existsSync(given) ? byHand : url;
  fail(`${source} is not the release: its SHA-256 is ${found}, and ${sha256} was expected`);
}
writeFileSync(out, bytes, { mode: 0o600 });
const origin = existsSync(given) ? byHand : host;
say(
  `${asset} from ${origin}, ${bytes.length} bytes, SHA-256 ${sha256 === '' ? `unchecked: ${found}` : 'as pinned'}`,
);

async function download() {
  // For networks behind a proxy; Node 24.14 has it.
  http.setGlobalProxyFromEnv?.(process.env);
  say(`${asset} from ${host}`);
  let reason;
  for (let attempt = 1; attempt <= tries; attempt += 1) {
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(patience) });
      if (!response.ok) throw new Error(`HTTP ${response.status}`);
      return Buffer.from(await response.arrayBuffer());
    } catch (error) {
      reason = error.cause?.code ?? error.cause?.message ?? error.message;
      if (attempt < tries) await sleep(attempt * 1000);
    }
  }
  return fail(
    `cannot download ${asset} from ${host}: ${reason}`,
    `put the file there by hand: ${byHand}${sha256 === '' ? '' : ` (SHA-256 ${sha256})`}`,
    `or give a program of your own: npm run image -- --runtimes ${runtime} --binary ${runtime}=PATH`,
    `or leave it out: npm run image -- --runtimes openclaw`,
  );
}

function say(text) {
  console.log(`${runtime}: ${text}`);
}

function fail(...lines) {
  for (const line of lines) console.error(`${runtime}: ${line}`);
  process.exit(1);
}
