import { readFileSync } from 'node:fs';
import { testToken } from './container.ts';
import { docker } from './docker.ts';

/** Name of a secret → the value to look for. */
export type Canaries = Readonly<Record<string, string>>;

/** A canary for every secret that a user gives. */
export const canaries = {
  'model key': 'sk-canary-model-7b1f0c2e9d54',
  // In the form that clients check: nine or ten digits, a colon, 35 characters.
  'bot token': '4711001234:canary_bot_3c9e18d7f2a6_0123456789a',
  'API token': testToken,
} satisfies Canaries;

/** All folders in which a container may have files of its own. */
export const everywhere = ['/home', '/run', '/tmp', '/opt/clawden', '/etc', '/var', '/dev/shm'];

export interface ProcessScan {
  /** `NAME in FILE of COMMAND` */
  readonly found: readonly string[];
  /** Command line → /proc file → 'readable' or the error's code. */
  readonly seen: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const scanner = readFileSync(new URL('../fakes/secret-scanner.cjs', import.meta.url), 'utf8');

/** Looks for the canaries at every process for some seconds, as the container's user. */
export async function scanProcesses(
  container: string,
  wanted: Canaries,
  seconds: number,
): Promise<ProcessScan> {
  // With an empty environment and the values on stdin: the scanner must not find itself.
  const words = ['exec', '-i', container, 'env', '-i', '/usr/local/bin/node', '-'];
  const setup = `const canaries = ${JSON.stringify(wanted)}, seconds = ${seconds};\n`;
  const { stdout, all } = await docker(words, setup + scanner);
  if (!stdout.startsWith('{')) throw new Error(`the scanner did not finish: ${all}`);
  return JSON.parse(stdout) as ProcessScan;
}

/** Files that the container's user can read and that hold one of the values, plain or encoded. */
export async function scanFiles(
  container: string,
  wanted: Canaries,
  folders: readonly string[],
): Promise<readonly string[]> {
  const patterns = Object.values(wanted).flatMap(forms).join('\n');
  const { stdout } = await docker(
    ['exec', '-i', container, 'grep', '-rlaFs', '--devices=skip', '-f', '-', ...folders],
    patterns,
  );
  return stdout.split('\n').filter(Boolean);
}

/** Names of the canaries that a text holds, plain or encoded. */
export function heldIn(text: string, wanted: Canaries): readonly string[] {
  return Object.entries(wanted).flatMap(([name, value]) =>
    forms(value).some((form) => text.includes(form)) ? [name] : [],
  );
}

/** The value as it is, in base64 at each of the three offsets, and in hex. */
function forms(value: string): string[] {
  const base64 = [0, 1, 2].map((offset) => {
    const shifted = Buffer.concat([Buffer.alloc(offset), Buffer.from(value)]).toString('base64');
    // The first and the last group also depend on the neighbours.
    return shifted.slice(4, -4);
  });
  return [value, ...base64, Buffer.from(value).toString('hex')];
}

/** A provider at any address, with the one model that the fake server has. */
export function customProvider(url: string): Record<string, string> {
  return { CLAWDEN_PROVIDER: 'custom', CLAWDEN_BASE_URL: url, CLAWDEN_MODEL: 'fake', CLAWDEN_ECHO: '' };
}
