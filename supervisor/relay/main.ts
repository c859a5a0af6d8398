import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadCheck } from '../channels/check.ts';
import { type ApiOptions, openApi } from './api/server.ts';
import { type Channels, createChannels } from './channels/channels.ts';
import { loadAdapter } from './channels/load.ts';
import { trustFile } from './door/agents.ts';
import { openDoor } from './door/server.ts';
import { hide } from './hide.ts';
import { type Link, openLink } from './link.ts';
import { loadMessageApi } from './load.ts';
import { createLog } from './log.ts';
import type { RelaySetup, ToRelay } from './protocol.ts';
import { createTurns, type Turns } from './turns.ts';
import { surviveUncaught } from './uncaught.ts';

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
surviveUncaught(log, () => process.exit(1));

const LINK = 3;
interface Relay {
  readonly turns: Turns;
  /** Absent without any channel. */
  readonly channels: Channels | undefined;
}
let relay: Promise<Relay> | undefined;
const link = openLink(LINK, {
  message: (message) => void receive(message).catch(fail),
  unreadable: fail,
  ended: () => void end(),
});

async function receive(message: ToRelay): Promise<void> {
  if (message.kind === 'start') {
    relay = start(message.setup, link);
    await relay;
    return;
  }
  const { turns, channels } = (await relay) ?? {};
  switch (message.kind) {
    case 'runtime':
      return turns?.runtime(message.endpoint);
    case 'access':
      return channels?.access(message.channel, message.access, message.claimedBy);
    case 'drain':
      await Promise.all([turns?.drain(), channels?.drain()]);
      return link.send({ kind: 'drained' });
    default: {
      const never: never = message;
      return never;
    }
  }
}

async function end(): Promise<void> {
  const { channels } = (await relay?.catch(() => undefined)) ?? {};
  try {
    channels?.close();
  } finally {
    process.exit(0);
  }
}

async function start(setup: RelaySetup, { send }: Link): Promise<Relay> {
  const api = await loadMessageApi(setup.runtime);
  let channels: Channels | undefined;
  let modelRequests = 0;
  const turns = createTurns(api, {
    modelRequests: () => modelRequests,
    inFlight: (inFlight) => send({ kind: 'turns', inFlight }),
    changed: () => channels?.runtimeChanged(),
  });
  const { instance, socket, internalKey } = setup;
  await openDoor(setup, process.env, () => {
    modelRequests += 1;
  });
  if (setup.doorOnly) {
    send({ kind: 'listening' });
    return { turns, channels };
  }
  const hook: ApiOptions['hook'] = (channel) =>
    channels || setup.channels.length === 0 ? channels?.hook(channel) : 'soon';
  const images = api.images === true;
  await openApi({ instance, socket, internalKey, turns, log, hook, images, quiet: 15_000 });
  send({ kind: 'listening' });
  log('info', 'listening', {
    door: setup.door.port,
    dialect: setup.door.dialect,
    upstream: setup.upstream.kind,
  });
  if (setup.channels.length > 0) channels = await openChannels(setup, turns, images, send);
  return { turns, channels };
}

async function openChannels(
  setup: RelaySetup,
  turns: Turns,
  images: boolean,
  send: Link['send'],
): Promise<Channels> {
  // For fetch; Node 24.14 has it, its type declarations do not yet.
  (http as { setGlobalProxyFromEnv?: (environment: NodeJS.ProcessEnv) => void }).setGlobalProxyFromEnv?.(
    process.env,
  );
  await trustFile(process.env['SSL_CERT_FILE']);
  return createChannels({
    ...setup,
    turns,
    images,
    log,
    send,
    loadCheck: async (type) => (await loadCheck(type))?.check,
    wait: (ms, signal) => sleep(ms, undefined, { signal }),
    loadAdapter,
    now: Date.now,
    random: Math.random,
  });
}

function fail(error: unknown): void {
  log('error', 'the relay cannot go on', { error: error instanceof Error ? error.message : String(error) });
  process.exit(1);
}
