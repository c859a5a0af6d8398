import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demand, NotApplicable } from '../conformance/row.ts';
import { selfSigned } from '../fakes/model/certificate.ts';
import { type ModelServer, startModelServer } from '../fakes/model-server.ts';
import { startProxy } from '../fakes/platform/proxy.ts';
import { startContainer, type TestContainer } from '../helpers/container.ts';
import { until } from '../helpers/docker.ts';
import { asking, customProvider, grace } from '../helpers/real-openclaw.ts';
import { everywhere, heldIn, scanFiles, scanProcesses } from '../helpers/secret-search.ts';
import type { Person, Platform, Playing } from './platforms.ts';

/** A runtime's real program and a fake platform, joined by a container. */
export interface Cell {
  readonly runtime: string;
  readonly port: number;
  readonly image: string;
  readonly platform: Platform;
  /** The runtime's client knows the platform's public address only. */
  readonly fixedAddress: boolean;
  /** It cannot be told to be silent in a room: an allowed sender who mentions it there is answered. */
  readonly sociable: boolean;
}

export interface Promised {
  readonly id: string;
  /** A sentence that a user would say. */
  readonly title: string;
  readonly check: (stage: Stage) => Promise<string>;
}

export interface Stage {
  readonly cell: Cell;
  readonly playing: Playing;
  readonly model: ModelServer;
  /** Ready, with the channel connected; the same one for all rows that want the same variables. */
  readonly container: (extra?: Readonly<Record<string, string>>) => Promise<TestContainer>;
  /** A friend's direct message and its answer: all that was written before it has been dealt with. */
  readonly greeted: (word: string, within?: number) => Promise<void>;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
}

/** A name as of the public internet: OpenClaw sends no Discord token to one that looks private. */
const host = 'fake-platform.net';

export async function openStage(cell: Cell): Promise<Stage> {
  const { platform } = cell;
  const folder = mkdtempSync(join(tmpdir(), 'clawden-channels-'));
  const tls = selfSigned([host, '127.0.0.1', ...platform.publicHosts]);
  writeFileSync(join(folder, 'ca.pem'), tls.cert);
  const model = await startModelServer({ host: '0.0.0.0' });
  const playing = await platform.start({ host: '0.0.0.0', tls });
  const internet = await startProxy('0.0.0.0', playing.port);
  const where = cell.fixedAddress
    ? { HTTPS_PROXY: `http://${host}:${internet.port}` }
    : { [platform.apiRoot]: playing.api.replace('127.0.0.1', host) };
  let current: { readonly key: string; readonly container: TestContainer } | undefined;

  async function container(extra: Readonly<Record<string, string>> = {}): Promise<TestContainer> {
    const key = JSON.stringify(extra);
    if (current?.key === key) return current.container;
    await current?.container[Symbol.asyncDispose]();
    current = undefined;
    const started = await startContainer({
      args: [cell.runtime],
      image: cell.image,
      port: cell.port,
      env: {
        ...customProvider(model),
        CLAWDEN_ECHO: '',
        ...platform.secrets,
        ...platform.variables,
        ...where,
        NODE_EXTRA_CA_CERTS: '/etc/ca.pem',
        SSL_CERT_FILE: '/etc/ca.pem',
        ...extra,
      },
      run: ['--add-host', `${host}:host-gateway`, '-v', `${folder}/ca.pem:/etc/ca.pem:ro`],
    });
    current = { key, container: started };
    await started.ready(300_000);
    return started;
  }

  return {
    cell,
    playing,
    model,
    container,
    greeted: async (word, within = 60_000) => {
      model.respond({ kind: 'text', text: `greetings to the ${word}`, within: word });
      playing.write('friend', `hello, said the ${word}`);
      const text = `greetings to the ${word}`;
      const posted = await playing.posted.next({ text, timeoutMs: within });
      demand(playing.isFrom(posted, 'friend'), `the answer went to channel ${posted.channel}`);
    },
    [Symbol.asyncDispose]: async () => {
      await current?.container[Symbol.asyncDispose]();
      await internet.close();
      await playing.close();
      await model.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export const promises: readonly Promised[] = [
  {
    id: 'friend',
    title: 'an allowed sender’s direct message is answered with the model’s words',
    check: async ({ container, playing, greeted }) => {
      await container();
      await until('a connection', () => playing.isConnected() || undefined, 120_000);
      await greeted('jackal', 120_000);
      return '';
    },
  },
  {
    id: 'stranger',
    title: 'a stranger gets no turn of the agent and no word',
    check: async (stage) => {
      await stage.container();
      stage.playing.write('stranger', 'let me in, said the kudu');
      await stage.greeted('lemur');
      await nothingCameOf(stage, 'kudu');
      const told = stage.playing.posted.list().filter((one) => stage.playing.isFrom(one, 'stranger'));
      demand(told.length === 0, `the stranger was told "${told[0]?.text}"`);
      return '';
    },
  },
  {
    id: 'room-closed',
    title: 'where others read too it is silent unless that is asked for',
    check: async (stage) => {
      await stage.container();
      const [room] = stage.playing.rooms;
      await silentInRoom(stage, room, 'stranger', 'okapi', true);
      await silentInRoom(stage, room, 'friend', 'tapir', false);
      if (stage.cell.sociable)
        return 'but to an allowed sender who mentions it, where the app hears rooms at all';
      await silentInRoom(stage, room, 'friend', 'oryx', true);
      return '';
    },
  },
  {
    id: 'secrets',
    title: 'its tokens are in no file, no environment and no line of the log',
    check: async ({ container, cell }) => {
      const { id, logs } = await container();
      const { secrets } = cell.platform;
      const files = await scanFiles(id, secrets, everywhere);
      const { found } = await scanProcesses(id, secrets, 3);
      const said = heldIn(await logs(), secrets);
      demand([...files, ...found, ...said].length === 0, [...files, ...found, ...said].join(', '));
      return '';
    },
  },
  {
    id: 'room-open',
    title: 'in the room that is asked for, and in no other, it answers an allowed sender who mentions it',
    check: async (stage) => {
      const { platform } = stage.cell;
      if (!platform.room) throw new NotApplicable('it has no such setting');
      await stage.container(platform.room);
      await until('a connection', () => stage.playing.isConnected() || undefined, 120_000);
      await stage.greeted('ibex', 120_000);
      stage.model.respond({ kind: 'text', text: 'greetings to the panda', within: 'panda' });
      const [channel, other] = stage.playing.rooms;
      stage.playing.writeInRoom(channel, 'friend', 'hello all, said the panda', true);
      await stage.playing.posted.next({ channel, text: 'greetings to the panda', timeoutMs: 60_000 });
      await silentInRoom(stage, channel, 'stranger', 'gecko', true);
      await silentInRoom(stage, channel, 'friend', 'heron', false);
      await silentInRoom(stage, other, 'friend', 'civet', true);
      return '';
    },
  },
  {
    id: 'wrong-token',
    title: 'a refused token is told by name, and is no failure of the runtime',
    check: async ({ container, cell }) => {
      const { health } = await container(cell.platform.wrong);
      const channel = await until(
        'the channel down',
        async () => (await health()).channels.find(({ state }) => state === 'down'),
        60_000,
      );
      demand(channel.reason === 'token-rejected', `it says ${channel.reason}`);
      return '';
    },
  },
];

async function silentInRoom(
  stage: Stage,
  room: string,
  from: Person,
  word: string,
  mention: boolean,
): Promise<void> {
  const { playing } = stage;
  const before = playing.posted.list({ channel: room }).length;
  playing.writeInRoom(room, from, `is anybody here, whispered the ${word}`, mention);
  await stage.greeted(`${word} at home`);
  await nothingCameOf(stage, `whispered the ${word}`);
  const after = playing.posted.list({ channel: room }).length;
  demand(after === before, 'it spoke in the room');
}

async function nothingCameOf({ model }: Stage, words: string): Promise<void> {
  await grace();
  demand(asking(model, words).length === 0, `the model was asked about "${words}"`);
}
