import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Message, Platform, Playing, Said } from '../channels/platform.ts';
import { selfSigned } from '../fakes/model/certificate.ts';
import { type ModelServer, startModelServer } from '../fakes/model-server.ts';
import { startContainer, type TestContainer } from './container.ts';
import { until } from './docker.ts';
import { customProvider, text } from './real-openclaw.ts';

/** A name as of the public internet: OpenClaw sends no Discord token to one that looks private. */
const host = 'fake-platform.net';
/** Node reads the one, other programs the other. */
const authority = { NODE_EXTRA_CA_CERTS: '/etc/ca.pem', SSL_CERT_FILE: '/etc/ca.pem' };

/** The real OpenClaw in one container, with a channel of each type, called as its type is. */
export interface RealChannels {
  readonly container: TestContainer;
  readonly model: ModelServer;
  readonly playing: (type: string) => Playing;
  /** A word in each text that no other has tells them apart in what the model is asked. */
  readonly write: (type: string, text: string, message?: Partial<Message>) => void;
  /** The model says `answer` to what holds `word`; waits for the message that shows it, or `shown` of it. */
  readonly answered: (type: string, word: string, answer: string, shown?: string) => Promise<Said>;
  /** Secrets of all of them, by a name to show. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
}

export interface RealChannelsOptions {
  readonly platforms: readonly Platform[];
  /** Types with `relay: true` in the file. */
  readonly relay?: readonly string[];
  readonly image?: string;
}

/** Ready, and connected to every platform. */
export async function realChannels(options: RealChannelsOptions): Promise<RealChannels> {
  const { platforms, image } = options;
  await using opened = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'clawden-real-channels-'));
  opened.defer(() => rmSync(folder, { recursive: true, force: true }));
  const tls = selfSigned([host]);
  const model = opened.adopt(await startModelServer({ host: '0.0.0.0' }), (server) => server.close());
  const playings = new Map<string, Playing>();
  for (const platform of platforms) {
    const where = { host: '0.0.0.0', ...(platform.tls ? { tls } : {}) };
    playings.set(
      platform.type,
      opened.adopt(await platform.start(where), (one) => one.close()),
    );
  }
  const playing = (type: string): Playing => {
    const found = playings.get(type);
    if (!found) throw new Error(`no platform ${type}`);
    return found;
  };
  const secrets = secretsOf(platforms);
  writeFileSync(join(folder, 'ca.pem'), tls.cert);
  // JSON is YAML.
  writeFileSync(join(folder, 'clawden.yaml'), JSON.stringify(fileOf(options, (type) => playing(type).api)));
  const container = opened.use(
    await startContainer({
      args: [],
      ...(image ? { image } : {}),
      env: { ...customProvider(model), ...secrets, CLAWDEN_ECHO: '', ...authority },
      run: [
        ...['--add-host', `${host}:host-gateway`, '-v', `${folder}/ca.pem:/etc/ca.pem:ro`],
        ...['-v', `${folder}/clawden.yaml:/etc/clawden/clawden.yaml:ro`],
      ],
    }),
  );
  await container.ready(240_000);
  for (const [type, one] of playings) {
    one.meet?.(() => `${container.url}/hooks/${type}`);
    await until(`${type} connected`, () => one.isConnected('first') || undefined);
  }
  const disposal = opened.move();
  return {
    container,
    model,
    playing,
    secrets,
    write: (type, words, message) =>
      playing(type).write({ to: 'first', from: 'friend', text: words, ...message }),
    answered: (type, word, answer, shown = answer) => {
      model.respond({ ...text(answer), within: word });
      return until(`the answer to ${word}`, () =>
        playing(type)
          .said('first')
          .find((one) => one.text.includes(shown)),
      );
    },
    [Symbol.asyncDispose]: () => disposal.disposeAsync(),
  };
}

function fileOf(
  { platforms, relay = [] }: RealChannelsOptions,
  apiOf: (type: string) => string,
): Readonly<Record<string, unknown>> {
  const channels = platforms.map(({ type, secrets, people }) => {
    const references = Object.keys(secrets.first).map((key) => [key, `$${variable(type, key)}`]);
    const api = apiOf(type).replace('127.0.0.1', host);
    return [
      type,
      {
        ...Object.fromEntries(references),
        allow_from: [people.friend],
        ...(api === '' ? {} : { api_root: api }),
        ...(relay.includes(type) ? { relay: true } : {}),
      },
    ];
  });
  return { runtime: 'openclaw', channels: Object.fromEntries(channels) };
}

function secretsOf(platforms: readonly Platform[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    platforms.flatMap(({ type, secrets: { first } }) =>
      Object.entries(first).map(([key, value]) => [variable(type, key), value]),
    ),
  );
}

function variable(type: string, key: string): string {
  return `${type}_${key}`.toUpperCase();
}
