import { Bot, GrammyError, InputFile } from 'grammy';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FakeTelegram, startTelegram } from './server.ts';

const TOKEN = '4711:test';
let telegram: FakeTelegram;
let running: Bot[];

beforeEach(async () => {
  telegram = await startTelegram();
  telegram.addBot({ token: TOKEN, username: 'den_bot' });
  running = [];
});

afterEach(async () => {
  await Promise.all(running.map((bot) => bot.stop().catch(() => undefined)));
  await telegram.close();
});

function newBot(token = TOKEN): Bot {
  return new Bot(token, { client: { apiRoot: telegram.url } });
}

/** Starts polling and resolves when the poll is open. */
async function poll(bot: Bot): Promise<{ stopped: Promise<unknown> }> {
  running.push(bot);
  const stopped = bot.start({ drop_pending_updates: false }).catch((error: unknown) => error);
  await expect.poll(() => telegram.calls({ method: 'getUpdates' }).at(-1)?.ms).toBe(null);
  return { stopped };
}

function echo(): Bot {
  const bot = newBot();
  bot.on('message:text', (context) => context.reply(`you said ${context.message.text}`));
  return bot;
}

describe('a grammY bot that polls', () => {
  test('gets a message the moment it is sent and its reply can be read', async () => {
    await poll(echo());
    const started = performance.now();
    telegram.inject({ from: { id: 7, first_name: 'Ada' }, text: 'hello' });
    const reply = await telegram.nextSent({ chat: 7 });
    expect(reply).toMatchObject({ text: 'you said hello', chat_id: 7, method: 'sendMessage', token: TOKEN });
    expect(performance.now() - started).toBeLessThan(2000);
  });

  test('answers in a group, where the chat is not the sender', async () => {
    await poll(echo());
    telegram.inject({ from: 7, chat: -100, type: 'supergroup', text: 'hi all' });
    expect(await telegram.nextSent({ chat: -100 })).toMatchObject({ text: 'you said hi all' });
    expect(telegram.sent({ chat: 7 })).toEqual([]);
  });

  test('does not get a message again after it was stopped and started', async () => {
    const seen: string[] = [];
    const listen = (): Bot => {
      const bot = newBot();
      bot.on('message:text', (context) => void seen.push(context.message.text));
      return bot;
    };
    const first = listen();
    await poll(first);
    telegram.inject({ from: 7, text: 'one' });
    await expect.poll(() => seen).toEqual(['one']);
    await first.stop();
    telegram.inject({ from: 7, text: 'two' });
    await poll(listen());
    await expect.poll(() => seen).toEqual(['one', 'two']);
    expect(telegram.polls()).toEqual({ open: 1, max: 1 });
  });

  test('is thrown out by a second bot with the same token, in the words of Telegram', async () => {
    const { stopped } = await poll(echo());
    const second = echo();
    void second.start().catch(() => undefined);
    running.push(second);
    const error = await stopped;
    expect(error).toBeInstanceOf(GrammyError);
    expect(error).toMatchObject({
      error_code: 409,
      description:
        'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
    });
    expect(telegram.polls().max).toBe(2);
  });

  test('learns at once that its token was revoked', async () => {
    const { stopped } = await poll(echo());
    telegram.removeBot(TOKEN);
    expect(await stopped).toMatchObject({ error_code: 401, description: 'Unauthorized' });
  });

  test('waits as long as a 429 says and goes on', async () => {
    await poll(echo());
    telegram.fail({ method: 'getUpdates', status: 429, retry_after: 1 });
    await expect
      .poll(() => telegram.calls({ method: 'getUpdates' }).some((call) => call.status === 429))
      .toBe(true);
    telegram.inject({ from: 7, text: 'still there?' });
    expect(await telegram.nextSent({ chat: 7, timeoutMs: 5000 })).toMatchObject({
      text: 'you said still there?',
    });
    const [refused, next] = telegram.calls({ method: 'getUpdates' }).slice(-3);
    expect((next?.at ?? 0) - (refused?.at ?? 0) - (refused?.ms ?? 0)).toBeGreaterThan(900);
  });
});

describe('a call of grammY', () => {
  test.each([
    [{ status: 401 }, { error_code: 401, description: 'Unauthorized' }],
    [{ status: 409 }, { error_code: 409 }],
    [
      { status: 429, retry_after: 3 },
      { error_code: 429, parameters: { retry_after: 3 } },
    ],
    [{ status: 500 }, { error_code: 500, description: 'Internal Server Error' }],
  ])('fails with %o when it was ordered to, and the next one does not', async (order, error) => {
    const { api } = newBot();
    telegram.fail({ method: 'getMe', ...order });
    await expect(api.getMe()).rejects.toMatchObject(error);
    expect(await api.getMe()).toMatchObject({ id: 4711, is_bot: true, username: 'den_bot' });
  });

  test('with a token nobody registered is unauthorized', async () => {
    await expect(newBot('1:other').api.getMe()).rejects.toMatchObject({ error_code: 401 });
  });

  test('that was ordered to hang is not answered until the client gives up', async () => {
    telegram.fail({ method: 'getMe', hang: true });
    const { api } = new Bot(TOKEN, { client: { apiRoot: telegram.url, timeoutSeconds: 1 } });
    await expect(api.getMe()).rejects.toMatchObject({
      error: { message: expect.stringContaining('timed out after 1 seconds') },
    });
    expect(telegram.calls({ method: 'getMe' })).toMatchObject([{ ms: null, status: null }]);
  });

  test('edits a message in place, and says so when nothing changes', async () => {
    const { api } = newBot();
    telegram.addChat({ id: 7 });
    const { message_id } = await api.sendMessage(7, 'one moment');
    const edited = await api.editMessageText(7, message_id, '<b>done</b> &amp; dusted', {
      parse_mode: 'HTML',
    });
    expect(edited).toMatchObject({
      message_id,
      text: 'done & dusted',
      entities: [{ type: 'bold', length: 4 }],
    });
    expect(telegram.sent({ chat: 7 })).toMatchObject([{ versions: ['one moment', 'done & dusted'] }]);
    await expect(
      api.editMessageText(7, message_id, '<b>done</b> &amp; dusted', { parse_mode: 'HTML' }),
    ).rejects.toMatchObject({ description: expect.stringContaining('message is not modified') });
    await expect(api.editMessageText(7, 999, 'x')).rejects.toMatchObject({
      description: 'Bad Request: message to edit not found',
    });
  });

  test('sends a file byte for byte, and reads it back', async () => {
    const { api } = newBot();
    telegram.addChat({ id: 7 });
    const bytes = Buffer.from([0, 13, 10, 45, 45, 13, 10, 13, 10, 255]);
    const sent = await api.sendDocument(7, new InputFile(bytes, 'notes.bin'), { caption: 'here' });
    expect(sent).toMatchObject({ caption: 'here', document: { file_name: 'notes.bin', file_size: 10 } });
    const { file_path } = await api.getFile(sent.document.file_id);
    const response = await fetch(`${telegram.url}/file/bot${TOKEN}/${file_path}`);
    expect(Buffer.from(await response.arrayBuffer())).toEqual(bytes);
  });

  test('sends an album', async () => {
    const { api } = newBot();
    telegram.addChat({ id: 7 });
    const one = { type: 'photo' as const, media: new InputFile(Buffer.from('a'), 'a.jpg'), caption: 'first' };
    const two = { type: 'photo' as const, media: new InputFile(Buffer.from('bb'), 'b.jpg') };
    expect(await api.sendMediaGroup(7, [one, two])).toMatchObject([
      { caption: 'first' },
      { photo: [{ file_size: 2 }] },
    ]);
  });

  test('sets the commands of the bot for each scope', async () => {
    const { api } = newBot();
    const commands = [{ command: 'new', description: 'Start over' }];
    const scope = { type: 'all_group_chats' as const };
    await api.setMyCommands(commands, { scope });
    expect([await api.getMyCommands(), await api.getMyCommands({ scope })]).toEqual([[], commands]);
    await api.deleteMyCommands({ scope });
    expect(await api.getMyCommands({ scope })).toEqual([]);
  });

  test('about chats, members, reactions, polls and the bot itself is answered', async () => {
    const { api } = newBot();
    telegram.inject({ from: 7, chat: -5, type: 'supergroup', text: 'hi' });
    expect(await api.getChat(-5)).toMatchObject({
      type: 'supergroup',
      title: 'Chat -5',
      max_reaction_count: 11,
    });
    expect(await api.getChatMember(-5, 7)).toMatchObject({ status: 'member', user: { id: 7 } });
    expect(await api.setMessageReaction(-5, 1, [{ type: 'emoji', emoji: '👍' }])).toBe(true);
    expect(await api.sendChatAction(-5, 'typing')).toBe(true);
    expect(await api.setMyDescription('x')).toBe(true);
    expect(await api.getMyDescription()).toEqual({ description: 'x' });
    expect(await api.banChatMember(-5, 7)).toBe(true);
    expect(await api.getChatMenuButton()).toEqual({ type: 'commands' });
    expect(await api.logOut()).toBe(true);
    expect(await api.sendPoll(-5, 'Tea?', ['yes', 'no'])).toMatchObject({ poll: { question: 'Tea?' } });
    expect(await api.sendPhoto(-5, 'https://example.org/cat.jpg')).toMatchObject({ photo: [{ width: 100 }] });
  });
});
