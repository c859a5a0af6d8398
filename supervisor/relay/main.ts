import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadCheck } from '../channels/check.ts';
import { openApi } from './api/server.ts';
import { watchChannel } from './checks.ts';
import { trustFile } from './door/agents.ts';
import { openDoor } from './door/server.ts';
import { hide } from './hide.ts';
import { type Link, openLink } from './link.ts';
import { loadMessageApi } from './load.ts';
import { createLog } from './log.ts';
import type { RelaySetup, ToRelay } from './protocol.ts';
import { createTurns, type Turns } from './turns.ts';

/** PID 1 drains by message and then closes its end; a signal meant for a whole group must not cut turns. */
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);
// Before the first byte of the link is read: secrets come over it.
hide();

const log = createLog(
  (line) => process.stdout.write(line),
  () => new Date(),
);
// Without a reader there is nobody to log for, and the link's end says the rest.
process.stdout.on('error', () => undefined);

const LINK = 3;
let turns: Promise<Turns> | undefined;
const link = openLink(LINK, {
  message: (message) => void receive(message).catch(fail),
  ended: () => process.exit(0),
});

async function receive(message: ToRelay): Promise<void> {
  switch (message.kind) {
    case 'start':
      turns = start(message.setup, link);
      await turns;
      return;
    case 'runtime':
      return (await turns)?.runtime(message.endpoint);
    case 'access':
      return;
    case 'drain':
      return (await turns)?.drain();
    default: {
      const never: never = message;
      return never;
    }
  }
}

async function start(setup: RelaySetup, { send }: Link): Promise<Turns> {
  const made = createTurns(await loadMessageApi(setup.runtime), {
    inFlight: (inFlight) => send({ kind: 'turns', inFlight }),
    drained: () => send({ kind: 'drained' }),
  });
  const { instance, socket, internalKey } = setup;
  await openDoor(setup, process.env);
  if (setup.doorOnly) {
    send({ kind: 'listening' });
    return made;
  }
  await openApi({ instance, socket, internalKey, turns: made, log, hook: () => undefined, quiet: 15_000 });
  send({ kind: 'listening' });
  log('info', 'listening', {
    door: setup.door.port,
    dialect: setup.door.dialect,
    upstream: setup.upstream.kind,
  });
  if (setup.channels.length > 0) await watchChannels(setup, send);
  return made;
}

async function watchChannels(setup: RelaySetup, send: Link['send']): Promise<void> {
  // For fetch; Node 24.14 has it, its type declarations do not yet.
  (http as { setGlobalProxyFromEnv?: (environment: NodeJS.ProcessEnv) => void }).setGlobalProxyFromEnv?.(
    process.env,
  );
  await trustFile(process.env['SSL_CERT_FILE']);
  const wait = (ms: number): Promise<void> => sleep(ms);
  // Nobody may talk on the others yet.
  const open = setup.channels.filter(({ access }) => access.allowFrom.length > 0);
  for (const account of open) {
    watchChannel(account, { load: async (type) => (await loadCheck(type))?.check, report: send, wait }).catch(
      fail,
    );
  }
}

function fail(error: unknown): void {
  log('error', 'the relay cannot go on', { error: error instanceof Error ? error.message : String(error) });
  process.exit(1);
}
