import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GroupPolicy, JsonObject, NativeChannel } from '../../runtimes/contract.ts';
import { demand } from '../conformance/row.ts';
import { selfSigned } from '../fakes/model/certificate.ts';
import { type ModelServer, startModelServer } from '../fakes/model-server.ts';
import { startProxy } from '../fakes/platform/proxy.ts';
import { startContainer, type TestContainer } from '../helpers/container.ts';
import { until } from '../helpers/docker.ts';
import { asking, customProvider, grace } from '../helpers/real-openclaw.ts';
import {
  type Account,
  accounts,
  type Message,
  type Person,
  type Platform,
  type Playing,
} from './platform.ts';

/** A runtime's real program and a fake platform, joined by a container. */
export interface Cell {
  readonly runtime: string;
  readonly port: number;
  readonly image: string;
  readonly platform: Platform;
  /** How the runtime speaks the type by itself; undefined: the relay speaks it. */
  readonly native: NativeChannel | undefined;
}

/** A channel of the file. */
export interface Entry {
  readonly account: Account;
  readonly allow: readonly Person[];
  readonly groups?: GroupPolicy;
  /** Only the first room's house. */
  readonly house?: true;
  readonly wrong?: true;
}

export interface Stage {
  readonly cell: Cell;
  readonly playing: Playing;
  readonly model: ModelServer;
  /** Ready, with these channels connected; the same one for all rows that want the same. */
  readonly container: (entries: readonly Entry[]) => Promise<TestContainer>;
  /** One message, and the answer in the place where it was written. */
  readonly answered: (word: string, message: Omit<Message, 'text'>, limit?: number) => Promise<void>;
  /**
   * One message of which nothing comes: no turn, no word. `clock` of the same account is answered behind it. Gives what
   * a runtime that tells strangers to stay away has told them.
   */
  readonly silent: (word: string, message: Omit<Message, 'text'>, clock: Person) => Promise<string>;
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
  const playing = await platform.start({ host: '0.0.0.0', ...(platform.tls ? { tls } : {}) });
  const internet = await startProxy('0.0.0.0', playing.port);
  const proxy = `http://${host}:${internet.port}`;
  /** The runtime's client knows the platform's public address only. */
  const fixedAddress = cell.native?.without?.includes('api_root') ?? false;
  const address =
    fixedAddress || playing.api === '' ? {} : { api_root: playing.api.replace('127.0.0.1', host) };
  let current:
    | { readonly key: string; readonly container: TestContainer; readonly up: Promise<void> }
    | undefined;
  let said = 0;

  function file(entries: readonly Entry[]): JsonObject {
    const channels = entries.map(({ account, allow, groups, house, wrong }) => [
      account,
      {
        type: platform.type,
        ...Object.fromEntries(
          Object.keys(platform.secrets[account]).map((key) => [key, `$${variable(account, key, wrong)}`]),
        ),
        allow_from: allow.length === 0 ? '*' : allow.map((person) => platform.people[person]),
        ...(groups ? { groups } : {}),
        ...(house ? platform.house : {}),
        ...address,
        ...(cell.native ? {} : { relay: true }),
      },
    ]);
    return {
      runtime: cell.runtime,
      channels: Object.fromEntries(channels) as JsonObject,
    };
  }

  async function container(entries: readonly Entry[]): Promise<TestContainer> {
    const key = JSON.stringify(entries);
    if (current?.key === key) {
      await current.up;
      return current.container;
    }
    await current?.container[Symbol.asyncDispose]();
    current = undefined;
    // What is sent to a connection of the old container would be lost.
    if (playing.meet === undefined)
      await until('the end of the connections', () => !accounts.some(playing.isConnected) || undefined);
    // JSON is YAML.
    writeFileSync(join(folder, 'clawden.yaml'), JSON.stringify(file(entries)));
    const started = await startContainer({
      args: [],
      image: cell.image,
      port: cell.port,
      env: {
        ...customProvider(model),
        CLAWDEN_ECHO: '',
        ...secretVariables(platform),
        ...(fixedAddress ? { HTTPS_PROXY: proxy } : {}),
        ...(platform.tls ? { NODE_EXTRA_CA_CERTS: '/etc/ca.pem', SSL_CERT_FILE: '/etc/ca.pem' } : {}),
      },
      run: [
        '--add-host',
        `${host}:host-gateway`,
        '-v',
        `${folder}/ca.pem:/etc/ca.pem:ro`,
        '-v',
        `${folder}/clawden.yaml:/etc/clawden/clawden.yaml:ro`,
      ],
    });
    const up = connected(started, entries);
    current = { key, container: started, up };
    await up;
    return started;
  }

  async function connected(started: TestContainer, entries: readonly Entry[]): Promise<void> {
    await started.ready(300_000);
    playing.meet?.((account) => `${started.url}/hooks/${account}`);
    for (const { account, wrong } of entries) {
      if (!wrong)
        await until(`${account} connected`, () => playing.isConnected(account) || undefined, 180_000);
    }
  }

  const answered: Stage['answered'] = async (word, message, limit = 120_000) => {
    const text = `greetings to the ${word}`;
    model.respond({ kind: 'text', text, within: word });
    playing.write({ ...message, text: `hello, said the ${word}` });
    const where = message.room ?? platform.people[message.from];
    const heard = (): readonly string[] => [
      ...new Set(
        accounts.flatMap((account) =>
          playing
            .said(account)
            .flatMap((one) => (one.text.includes(text) ? [`${account} ${one.where}`] : [])),
        ),
      ),
    ];
    await until(`the answer to the ${word}`, () => heard().length > 0 || undefined, limit);
    demand(heard().join() === `${message.to} ${where}`, `the answer came from ${heard().join(', ')}`);
  };

  return {
    cell,
    playing,
    model,
    container,
    answered,
    silent: async (word, message, clock) => {
      const before = playing.said(message.to).length;
      playing.write({ ...message, text: `is anybody here, whispered the ${word}` });
      said += 1;
      await answered(`clock ${said}.`, { to: message.to, from: clock });
      await grace();
      const words = `whispered the ${word}`;
      demand(asking(model, words).length === 0, `the model was asked about "${words}"`);
      const where = message.room ?? platform.people[message.from];
      const told = playing.said(message.to).slice(before);
      const wrongly = told.find((one) => one.where === where && where !== platform.people[clock]);
      const isNotice = cell.native?.answersStrangers === true && message.from !== clock;
      demand(!wrongly || isNotice, `it said there "${wrongly?.text}"`);
      return wrongly ? 'they get a notice of the runtime’s own' : '';
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

function variable(account: Account, key: string, wrong?: boolean): string {
  return `${account}_${wrong ? 'wrong_' : ''}${key}`.toUpperCase();
}

function secretVariables({ secrets, wrong }: Platform): Readonly<Record<string, string>> {
  return Object.fromEntries([
    ...accounts.flatMap((account) =>
      Object.entries(secrets[account]).map(([key, value]) => [variable(account, key), value]),
    ),
    ...Object.entries(wrong ?? {}).map(([key, value]) => [variable('second', key, true), value]),
  ]);
}
