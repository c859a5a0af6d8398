import { setTimeout as sleep } from 'node:timers/promises';
import type { Health } from '../health.ts';
import { printable } from '../printable.ts';
import type { Ui } from '../ui.ts';
import { askChannels } from './ask.ts';
import { claimLines } from './claims.ts';
import { printQr } from './qr.ts';
import type { Told } from './told.ts';

/** An instance that is ready. */
export interface Ready {
  readonly instance: string;
  readonly port: number;
  readonly health: Health;
}

/** Milliseconds for the platform to tell the account's name, without which there is no link. */
const PATIENCE = 3_000;
const INTERVAL = 250;

/** Says which channels wait for their owner, and how to become it. Of several the pictures would push the rest away. */
export async function tellWaiting(ready: readonly Ready[], token: string, ui: Ui): Promise<void> {
  const told = (await Promise.all(ready.map((each) => waitingIn(each, token)))).flat();
  for (const { instance, ...each } of told) {
    const lines = claimLines({ ...each, channel: each.name, instance }, Date.now());
    for (const line of lines) ui.print(printable(line));
  }
  const [only, another] = told;
  if (only?.claim?.link && !another) await printQr(only.claim.link, ui);
}

async function waitingIn(
  { instance, port, health }: Ready,
  token: string,
): Promise<readonly (Told & { readonly instance: string })[]> {
  const waiting = (health.channels ?? []).filter(
    ({ state, reason }) => state === 'unclaimed' && reason === 'unclaimed',
  );
  if (waiting.length === 0) return [];
  const isWaiting = ({ name }: Told): boolean => waiting.some((each) => each.name === name);
  const end = Date.now() + PATIENCE;
  let told = (await askChannels(port, token))?.filter(isWaiting);
  while (told && !(told.length === waiting.length && told.every(isWhole)) && Date.now() < end) {
    await sleep(INTERVAL);
    told = (await askChannels(port, token))?.filter(isWaiting);
  }
  // An image of another version knows no codes.
  return (told ?? []).map((each) => ({ ...each, instance }));
}

function isWhole({ account, claim, lockedUntil }: Told): boolean {
  return lockedUntil !== null || (claim !== null && account !== null);
}
