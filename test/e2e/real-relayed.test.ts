import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { platforms } from '../channels/platforms.ts';
import { testToken } from '../helpers/container.ts';
import { type RealChannels, realChannels } from '../helpers/real-channels.ts';
import { asked, asking, text } from '../helpers/real-openclaw.ts';
import { everywhere, heldIn, scanFiles, scanProcesses } from '../helpers/secret-search.ts';

const markdown = '**Yes**, look:\n\n```js\nconst less = 1 < 2;\n```';
const written: Readonly<Record<string, string>> = {
  telegram: '<b>Yes</b>, look:\n\n<pre><code class="language-js">const less = 1 &lt; 2;</code></pre>',
  discord: markdown,
  slack: '*Yes*, look:\n\n```\nconst less = 1 &lt; 2;\n```',
  webhook: markdown,
};
const onePixel =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

let den: RealChannels;
beforeAll(async () => {
  // Their plugins are not in the image, so Discord and Slack pass through the relay without a word about it.
  den = await realChannels({ platforms, relay: ['telegram'] });
});
afterAll(() => den?.[Symbol.asyncDispose]());

describe.each(platforms.map(({ type }) => type))(
  'a real OpenClaw that is reached on %s through the relay',
  (type) => {
    it('answers an allowed sender with the model’s reply, as the platform writes it', async () => {
      den.write(type, `hello, said the ${type} jackal`);
      const said = await den.answered(type, `${type} jackal`, markdown, 'const less');
      expect(said.written).toBe(written[type]);
    });

    it('remembers the conversation, and tells a stranger nothing', async () => {
      den.write(type, `let me in, said the ${type} kudu`, { from: 'stranger' });
      den.write(type, `and now, said the ${type} lemur`);
      await den.answered(type, `${type} lemur`, `greetings to the ${type} lemur`);
      const { body } = await asked(den.model, `${type} lemur`);
      expect(JSON.stringify(body)).toContain(`${type} jackal`);
      for (const other of platforms.filter((one) => one.type !== type))
        expect(JSON.stringify(body)).not.toContain(`${other.type} jackal`);
      expect(asking(den.model, `${type} kudu`)).toEqual([]);
      expect(den.playing(type).said('first')).toHaveLength(2);
    });
  },
);

it('a photo that an allowed sender sends on Telegram reaches the model', async () => {
  const photo = Buffer.from(onePixel, 'base64');
  den.write('telegram', 'what is this, said the vixen', { photo });
  await den.answered('telegram', 'vixen', 'a very small picture');
  expect(JSON.stringify((await asked(den.model, 'vixen')).body)).toContain(onePixel.slice(0, 40));
});

it('all of them are shown as relayed, up and used', async () => {
  const traffic = {
    lastIn: expect.any(Number),
    lastOut: expect.any(Number),
    connectedSince: expect.any(Number),
  };
  const used = { mode: 'relayed', state: 'up', reason: null, traffic: { ...traffic, waiting: 0 } };
  const accounts = { telegram: '@den_first_bot', discord: '@fake_bot', slack: '@fake_bot', webhook: null };
  // What they carry is told once a second.
  await expect
    .poll(() => listed(), { timeout: 5_000 })
    .toEqual(
      Object.entries(accounts).map(([name, account]) => expect.objectContaining({ name, account, ...used })),
    );
});

it('their tokens are in no file, no environment and no line of the log, nor is what was said', async () => {
  const { id, logs } = den.container;
  expect(await scanFiles(id, den.secrets, everywhere)).toEqual([]);
  expect((await scanProcesses(id, den.secrets, 2)).found).toEqual([]);
  const said = await logs();
  expect(heldIn(said, den.secrets)).toEqual([]);
  for (const words of ['jackal', 'kudu', 'lemur', 'const less', 'small picture'])
    expect(said).not.toContain(words);
});

async function listed(): Promise<readonly unknown[]> {
  const answer = await den.container.get('/clawden/v1/channels', { authorization: `Bearer ${testToken}` });
  return ((await answer.json()) as { channels: readonly unknown[] }).channels;
}

it('a turn that OpenClaw’s sudden end cut off is asked again, marked, and what comes after it is answered too', async () => {
  const answer = { ...text('back in the burrow'), within: 'ibex' };
  den.model.respond({ ...answer, delay_ms: 5_000 });
  den.model.respond({ ...text('whistling'), within: 'marmot', repeat: true });
  den.model.respond({ ...answer, repeat: true });
  den.write('telegram', 'are you there, said the ibex');
  await asked(den.model, 'ibex');
  await den.container.signal(await den.container.runtimePid(), 'KILL');
  den.write('telegram', 'and you, said the marmot');
  const said = (): readonly string[] =>
    den
      .playing('telegram')
      .said('first')
      .map((one) => one.text);
  await expect.poll(() => said().at(-1), { timeout: 120_000 }).toBe('whistling');
  expect(said().at(-2)).toMatch(/^\(asked again.*back in the burrow$/s);
});
