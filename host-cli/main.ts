#!/usr/bin/env node
import { guardOutput } from './output.ts';

/** Put in by scripts/build.mjs; absent when run from sources. */
declare const CLAWDEN_VERSION: string | undefined;

// This file is all that `clawden --version` loads; everything else is a chunk of its own, loaded when used.
const argv = process.argv.slice(2);
guardOutput(process);

if (Number(process.versions.node.split('.')[0]) < 20) {
  process.stderr.write(
    `✖ clawden needs Node 20 or newer; this is ${process.versions.node}\n  → https://nodejs.org/en/download\n`,
  );
  process.exitCode = 69;
} else if (
  typeof CLAWDEN_VERSION === 'string' &&
  argv.length === 1 &&
  (argv[0] === '--version' || argv[0] === '-V')
) {
  process.stdout.write(`${CLAWDEN_VERSION}\n`);
} else {
  // Not awaited at the top: a Node too old for that must come as far as the sentence above.
  import('./cli.ts').then(({ cli }) => cli(argv), brokenInstallation);
}

function brokenInstallation(error: Error): void {
  const [what] = error.message.split('\n');
  process.stderr.write(`✖ clawden cannot be loaded: ${what}\n  → install it again: npm install clawden\n`);
  process.exitCode = 69;
}
