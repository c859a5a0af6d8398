import { openProject } from '../../host-cli/project.ts';
import { type FakeDiscord, startDiscord } from '../fakes/discord/server.ts';
import { type FakeTelegram, startTelegram } from '../fakes/telegram/server.ts';
import {
  bundle,
  docker,
  removeProject,
  type Typed,
  type TypeOptions,
  type Workplace,
  workplace,
} from './helpers.ts';
import { imageWithTwins } from './twin-image.ts';

export const friend = 4242;
export const discordFriend = '80351110224678912';
export const discordToken = `${Buffer.from('90351110224678912').toString('base64url')}.seed.canary`;
const botIds = { first: 7_100_000_001, sales: 7_100_000_002, desk: 7_100_000_003, ops: 7_100_000_004 };
export type Bot = keyof typeof botIds;

/** Of the length that PicoClaw takes for one. */
export function tokenOf(bot: Bot): string {
  return `${botIds[bot]}:canary_seed_${bot.padEnd(23, '0')}`;
}

/** Two projects, an image with twins of the runtimes, and the platforms, which containers reach. */
export interface SeedStage {
  readonly place: Workplace;
  readonly elsewhere: Workplace;
  readonly telegram: FakeTelegram;
  readonly discord: FakeDiscord;
  /** As a container names the Bot API. */
  readonly api: string;
  readonly type: (argv: readonly string[], more?: TypeOptions, at?: Workplace) => Promise<Typed>;
  /** The container of an instance of the first project. */
  readonly container: (instance: string) => string;
  /** Containers of the second project. */
  readonly others: () => Promise<string>;
  /** The next message of a bot. */
  readonly said: (bot: Bot, text?: string) => Promise<string>;
  /** What a bot answers to somebody who writes. */
  readonly ask: (bot: Bot, text: string, from?: number) => Promise<string>;
  readonly close: () => Promise<void>;
}

export async function openSeedStage(): Promise<SeedStage> {
  const image = `clawden-seed:${process.pid}`;
  const telegram = await startTelegram({ host: '0.0.0.0' });
  for (const bot of Object.keys(botIds) as Bot[])
    telegram.addBot({ token: tokenOf(bot), username: `${bot}_bot` });
  const discord = await startDiscord({ host: '0.0.0.0' });
  discord.addBot({ token: discordToken, username: 'office_bot', messageContent: true });
  const script = await bundle();
  await imageWithTwins(image);
  const [place, elsewhere] = [workplace(script), workplace(script)];
  const [id, otherId] = [openProject(place.directory).id, openProject(elsewhere.directory).id];
  const said: SeedStage['said'] = async (bot, text) => {
    const wanted = text === undefined ? {} : { text };
    return (await telegram.nextSent({ token: tokenOf(bot), ...wanted, timeoutMs: 20_000 })).text;
  };
  return {
    place,
    elsewhere,
    telegram,
    discord,
    api: `http://host.docker.internal:${telegram.port}`,
    type: (argv, more = {}, at = place) =>
      at.type(argv, { ...more, env: { CLAWDEN_IMAGE: image, ...more.env } }),
    container: (instance) => `clawden-${id}-${instance}`,
    others: () => docker('ps', '-aq', '--filter', `label=io.clawden.project=${otherId}`),
    said,
    ask: (bot, text, from = friend) => {
      telegram.inject({ token: tokenOf(bot), from, text });
      return said(bot, text);
    },
    close: async () => {
      for (const each of [id, otherId]) await removeProject(each);
      for (const each of [place, elsewhere]) each.remove();
      await docker('rmi', '-f', image);
      await Promise.all([telegram.close(), discord.close()]);
    },
  };
}
