import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { discord } from '../channels/platforms/discord.ts';
import { slack } from '../channels/platforms/slack.ts';
import { imageWithPlugins } from '../helpers/docker.ts';
import { type RealChannels, realChannels } from '../helpers/real-channels.ts';
import { asked, asking, grace } from '../helpers/real-openclaw.ts';
import { everywhere, heldIn, scanFiles, scanProcesses } from '../helpers/secret-search.ts';

let den: RealChannels;
beforeAll(async () => {
  den = await realChannels({ platforms: [discord, slack], image: imageWithPlugins });
});
afterAll(() => den?.[Symbol.asyncDispose]());

describe.each([discord.type, slack.type])('a real OpenClaw that speaks %s by itself', (type) => {
  const said = () => den.playing(type).said('first');

  it('answers an allowed sender with the model’s reply', async () => {
    den.write(type, `hello, said the ${type} jackal`);
    await den.answered(type, `${type} jackal`, `greetings to the ${type} jackal`);
  });

  it('answers in a room who mentions it there, and not to what is not for it', async () => {
    const [room] = den.playing(type).rooms;
    den.write(type, `not for you, said the ${type} heron`, { room });
    den.write(type, `and you, said the ${type} panda`, { room, mention: true });
    expect(await den.answered(type, `${type} panda`, `greetings to the ${type} panda`)).toMatchObject({
      where: room,
    });
    expect(said().filter(({ where }) => where === room)).toHaveLength(1);
  });

  it('gives a stranger nothing, in a direct message or in a room', async () => {
    const [room] = den.playing(type).rooms;
    const before = said().length;
    den.write(type, `let me in, said the ${type} kudu`, { from: 'stranger' });
    den.write(type, `let me in, said the ${type} gecko`, { from: 'stranger', room, mention: true });
    den.write(type, `and now, said the ${type} lemur`);
    await den.answered(type, `${type} lemur`, `greetings to the ${type} lemur`);
    await grace();
    expect(said()).toHaveLength(before + 1);
    for (const word of ['kudu', 'gecko']) expect(asking(den.model, `${type} ${word}`)).toEqual([]);
    expect(JSON.stringify((await asked(den.model, `${type} lemur`)).body)).toContain(`${type} jackal`);
  });
});

it('both are shown as native and up, and Discord’s and Slack’s tokens are nowhere to be found', async () => {
  const up = { mode: 'native', state: 'up', reason: null };
  expect((await den.container.health()).channels).toMatchObject([
    { name: 'discord', ...up },
    { name: 'slack', ...up },
  ]);
  const { id, logs } = den.container;
  expect(await scanFiles(id, den.secrets, everywhere)).toEqual([]);
  expect((await scanProcesses(id, den.secrets, 2)).found).toEqual([]);
  expect(heldIn(await logs(), den.secrets)).toEqual([]);
});
