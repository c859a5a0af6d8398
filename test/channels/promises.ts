import { demand, NotApplicable } from '../conformance/row.ts';
import { until } from '../helpers/docker.ts';
import { everywhere, heldIn, scanFiles, scanProcesses } from '../helpers/secret-search.ts';
import type { Entry, Stage } from './stage.ts';

export interface Promised {
  readonly id: string;
  /** A sentence that a user would say. */
  readonly title: string;
  /** Gives a note. Throws `NotApplicable` where the runtime cannot, and the relay has to do it. */
  readonly check: (stage: Stage) => Promise<string>;
}

const first: Entry = { account: 'first', allow: ['friend'] };
const second: Entry = { account: 'second', allow: ['other'] };

/** Two accounts, each with a person of its own, where both are served in the same way. */
function usual({ cell }: Stage): readonly Entry[] {
  return cell.native && !cell.native.many ? [first] : [first, second];
}

export const promises: readonly Promised[] = [
  {
    id: 'friend',
    title: 'an allowed sender’s direct message is answered with the model’s words',
    check: async (stage) => {
      await stage.container(usual(stage));
      await stage.answered('jackal', { to: 'first', from: 'friend' });
      return '';
    },
  },
  {
    id: 'stranger',
    title: 'a stranger gets no turn of the agent and no word',
    check: async (stage) => {
      await stage.container(usual(stage));
      return await stage.silent('kudu', { to: 'first', from: 'stranger' }, 'friend');
    },
  },
  {
    id: 'two-accounts',
    title: 'a second account answers its own people, and tells them nothing of the first’s',
    check: async (stage) => {
      if (usual(stage).length < 2) throw new NotApplicable('the second one is relayed');
      await stage.container(usual(stage));
      await stage.answered('lemur', { to: 'second', from: 'other' });
      await stage.silent('okapi', { to: 'second', from: 'friend' }, 'other');
      await stage.silent('tapir', { to: 'first', from: 'other' }, 'friend');
      const asked = stage.model.requests.map(({ body }) => JSON.stringify(body));
      const mixed = asked.find((body) => body.includes('jackal') && body.includes('lemur'));
      demand(!mixed, `one is told of the other: ${around(mixed ?? '', 'lemur')}`);
      return '';
    },
  },
  {
    id: 'groups-mention',
    title: 'where others read too it answers an allowed sender who mentions it, and nothing else',
    check: async (stage) => {
      const room = roomOf(stage);
      await stage.container(usual(stage));
      await stage.answered('panda', { to: 'first', from: 'friend', room, mention: true });
      await stage.silent('heron', { to: 'first', from: 'friend', room }, 'friend');
      await stage.silent('gecko', { to: 'first', from: 'stranger', room, mention: true }, 'friend');
      return await stage.silent('egret', { to: 'first', from: 'stranger', room }, 'friend');
    },
  },
  {
    id: 'secrets',
    title: 'its tokens are in no file, no environment and no line of the log',
    check: async (stage) => {
      const { id, logs } = await stage.container(usual(stage));
      const { secrets: given } = stage.cell.platform;
      const secrets = { ...given.first, ...prefixed(given.second) };
      const files = await scanFiles(id, secrets, everywhere);
      const { found } = await scanProcesses(id, secrets, 3);
      const said = heldIn(await logs(), secrets);
      demand([...files, ...found, ...said].length === 0, [...files, ...found, ...said].join(', '));
      return '';
    },
  },
  {
    id: 'photo',
    title: 'a photo of an allowed sender reaches the agent',
    check: async (stage) => {
      if (stage.cell.platform.type !== 'telegram') throw new NotApplicable('not played');
      await stage.container(usual(stage));
      const photo = Buffer.from(onePixel, 'base64');
      stage.model.respond({ kind: 'text', text: 'greetings to the vixen', within: 'vixen' });
      stage.playing.write({ to: 'first', from: 'friend', text: 'what is this, said the vixen', photo });
      const asked = await until('the model’s request', () =>
        stage.model.requests.map(({ body }) => JSON.stringify(body)).find((body) => body.includes('vixen')),
      );
      if (asked.includes(onePixel.slice(0, 40))) return '';
      // PicoClaw's model is told where the file lies, and has a tool to look at it.
      demand(/\[image:\/[^\]]+\]/.test(asked), 'the model was told nothing of it');
      return 'as the path of a file that its agent may open';
    },
  },
  {
    id: 'groups-off',
    title: 'with groups: off it says nothing there',
    check: async (stage) => {
      const room = roomOf(stage, 'off');
      await stage.container([{ account: 'first', allow: ['friend'], groups: 'off' }]);
      await stage.answered('dingo', { to: 'first', from: 'friend' });
      await stage.silent('oryx', { to: 'first', from: 'friend', room, mention: true }, 'friend');
      return '';
    },
  },
  {
    id: 'groups-all',
    title: 'with groups: all it answers there whatever an allowed sender writes, and nobody else',
    check: async (stage) => {
      const room = roomOf(stage, 'all');
      await stage.container([{ account: 'first', allow: ['friend'], groups: 'all' }]);
      await stage.answered('bison', { to: 'first', from: 'friend', room });
      return await stage.silent('civet', { to: 'first', from: 'stranger', room }, 'friend');
    },
  },
  {
    id: 'house',
    title: 'kept to one server it is silent in every other',
    check: async (stage) => {
      const { platform, native } = stage.cell;
      const [field] = Object.keys(platform.house ?? {});
      if (!field) throw new NotApplicable('it has no such setting');
      if (native?.without?.includes(field)) throw new NotApplicable('relayed then');
      await stage.container([{ account: 'first', allow: ['friend'], house: true }]);
      const [room, other] = stage.playing.rooms;
      await stage.answered('ibex', { to: 'first', from: 'friend', room, mention: true });
      await stage.silent('hyena', { to: 'first', from: 'friend', room: other, mention: true }, 'friend');
      return '';
    },
  },
  {
    id: 'everyone',
    title: 'with allow_from: "*" it answers everybody',
    check: async (stage) => {
      await stage.container([{ account: 'first', allow: [] }]);
      await stage.answered('zebra', { to: 'first', from: 'stranger' });
      return '';
    },
  },
  {
    id: 'wrong-token',
    title: 'a refused token is told by its channel’s name, and harms no other channel',
    check: async (stage) => {
      if (!stage.cell.platform.wrong) throw new NotApplicable('nobody is asked');
      const others = usual(stage).filter((entry) => entry !== second);
      const hasOther = usual(stage).length > 1;
      const { health } = await stage.container([...(hasOther ? others : []), { ...second, wrong: true }]);
      const channel = await until(
        'the second channel down',
        async () =>
          (await health()).channels.find(({ name, state }) => name === 'second' && state === 'down'),
        60_000,
      );
      demand(channel.reason === 'token-rejected', `it says ${channel.reason}`);
      if (!hasOther) return '';
      await stage.answered('quail', { to: 'first', from: 'friend' });
      const other = (await health()).channels.find(({ name }) => name === 'first');
      demand(other?.state === 'up', `it says ${other?.state} (${other?.reason}) of the first`);
      return '';
    },
  },
];

const onePixel =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** Where others read too; throws where there is no such place, or the runtime cannot keep the policy there. */
function roomOf({ cell, playing }: Stage, groups?: 'off' | 'all'): string {
  if (groups && cell.native?.withoutGroups?.includes(groups)) throw new NotApplicable('relayed then');
  const [room] = playing.rooms;
  if (room === '') throw new NotApplicable('there is no such place');
  return room;
}

function around(text: string, words: string): string {
  const at = text.indexOf(words);
  return text.slice(Math.max(0, at - 100), at + 60);
}

function prefixed(fields: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [`second ${key}`, value]));
}
