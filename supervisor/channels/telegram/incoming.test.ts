import type { Message, MessageEntity } from 'grammy/types';
import { describe, expect, test } from 'vitest';
import { toIncoming } from './incoming.ts';

const me = { id: 99, username: 'Den_Bot' };
const ada = { id: 7, is_bot: false, first_name: 'Ada', last_name: 'L' };
const group = { id: -100, type: 'supergroup' as const, title: 'Us' };

/** A message as Telegram sends it. */
function message(more: object): Message {
  const chat = { id: 7, type: 'private', first_name: 'Ada' };
  return { message_id: 5, date: 1, from: ada, chat, ...more } as unknown as Message;
}

const read = (more: object) => toIncoming([message(more)], me);
const inGroup = (text: string, entities: MessageEntity[] = [], more: object = {}) =>
  read({ chat: group, text, entities, ...more });
const mention = (text: string, said = '@den_bot'): MessageEntity => ({
  type: 'mention',
  offset: text.toLowerCase().indexOf(said.toLowerCase()),
  length: said.length,
});
const command = (length: number): MessageEntity => ({ type: 'bot_command', offset: 0, length });

test('a direct message is taken as it is', () => {
  expect(read({ text: ' hello\n' })).toEqual({
    id: '7:5',
    to: { chat: '7', message: '5' },
    sender: { id: '7', name: 'Ada L' },
    direct: true,
    mentioned: false,
    text: ' hello\n',
    files: [],
  });
});

describe('in a group', () => {
  test.each([
    ['@den_bot what is it', 'what is it'],
    ['@DEN_bot, what is it', 'what is it'],
    ['what is it @den_bot', 'what is it'],
    ['say @den_bot what it is', 'say what it is'],
    ['👩‍👩‍👧 𝒳 @den_bot 🎉', '👩‍👩‍👧 𝒳 🎉'],
  ])('%s is for the bot, and the agent reads "%s"', (text, rest) => {
    expect(inGroup(text, [mention(text)])).toMatchObject({ direct: false, mentioned: true, text: rest });
  });

  test('a mention of somebody else is none of the bot', () => {
    const text = '@den_bot_two hello';
    expect(inGroup(text, [mention(text, '@den_bot_two')])).toMatchObject({ mentioned: false, text });
  });

  test('the bot’s name without a mention of it is a word like others', () => {
    expect(inGroup('mail den_bot@example.com')).toMatchObject({ mentioned: false });
  });

  test('a mention by a contact’s name counts', () => {
    const entities = [{ type: 'text_mention', offset: 3, length: 3, user: { id: 99 } }] as MessageEntity[];
    expect(inGroup('🙂 Den hi', entities)).toMatchObject({ mentioned: true, text: '🙂 hi' });
  });

  test('an answer to a message of the bot is for the bot', () => {
    const answered = { message_id: 4, from: { id: 99, is_bot: true }, text: 'shall I?\nor not' };
    expect(inGroup('yes', [], { reply_to_message: answered })).toMatchObject({
      mentioned: true,
      text: '> shall I?\n> or not\n\nyes',
    });
  });

  test('a message in a topic that the bot has opened is no answer to it', () => {
    const note = { message_id: 4, from: { id: 99 }, forum_topic_created: { name: 'x' } };
    const more = { is_topic_message: true, message_thread_id: 4, reply_to_message: note };
    expect(inGroup('hello', [], more)).toMatchObject({
      mentioned: false,
      text: 'hello',
      to: { chat: '-100', thread: '4', message: '5' },
    });
  });

  test('a thread of answers is no topic', () => {
    for (const chat of [group, { ...group, is_forum: true }]) {
      const more = { message_thread_id: 3, chat };
      expect(inGroup('hello', [], more)?.to).toEqual({ chat: '-100', message: '5' });
    }
  });

  test('a command to the bot loses its name, and one to another bot is not for us', () => {
    expect(inGroup('/new@den_BOT now', [command(12)])).toMatchObject({ mentioned: true, text: '/new now' });
    expect(inGroup('/new@other_bot', [command(14)])).toBeUndefined();
    expect(inGroup('/new', [command(4)])).toMatchObject({ mentioned: false, text: '/new' });
  });

  test('a question under a picture comes with the picture', () => {
    const answered = { message_id: 4, from: ada, photo: [{ file_id: 'p', width: 1, height: 1 }] };
    const text = '@den_bot what is this?';
    expect(inGroup(text, [mention(text)], { reply_to_message: answered })).toMatchObject({
      text: 'what is this?',
      files: [{ ref: 'p', name: 'photo-4.jpg', mediaType: 'image/jpeg' }],
    });
  });

  test('a mention and nothing else says nothing', () => {
    expect(inGroup('@den_bot', [mention('@den_bot')])).toBeUndefined();
  });
});

describe('what no person wrote to the bot is left out', () => {
  test.each([
    ['of a bot', { text: 'x', from: { id: 8, is_bot: true, first_name: 'B' } }],
    ['of an anonymous admin', { text: 'x', chat: group, sender_chat: group, from: { id: 1, is_bot: true } }],
    [
      'of a channel',
      { text: 'x', chat: group, sender_chat: { id: -9 }, from: { id: 777000, is_bot: false } },
    ],
    ['of nobody', { text: 'x', from: undefined }],
    ['that somebody came', { chat: group, new_chat_members: [ada] }],
    ['that the group has moved', { chat: group, migrate_to_chat_id: -1001 }],
    ['of a kind that is not known yet', { holograms: [{ file_id: 'h' }] }],
  ])('a message %s', (_what, more) => {
    expect(read(more)).toBeUndefined();
  });
});

describe('what is answered', () => {
  test('is quoted as far as the person chose, else at most 500 characters, whole ones', () => {
    const reply_to_message = { message_id: 4, from: { id: 99 }, text: '🎉'.repeat(600) };
    expect(read({ text: 'why', reply_to_message })?.text).toBe(`> ${'🎉'.repeat(500)}…\n\nwhy`);
    const quote = { text: 'this', position: 0 };
    expect(read({ text: 'why', reply_to_message, quote })?.text).toBe('> this\n\nwhy');
    expect(read({ text: 'why', external_reply: {}, quote })?.text).toBe('> this\n\nwhy');
  });

  test('does not hide a command', () => {
    const reply_to_message = { message_id: 4, from: { id: 99 }, text: 'long' };
    expect(read({ text: '/stop', reply_to_message })?.text).toBe('/stop');
  });
});

describe('what comes with a message', () => {
  const sizes = [
    { file_id: 'small', width: 9, height: 9, file_size: 10 },
    { file_id: 'large', width: 90, height: 90, file_size: 100 },
    { file_id: 'middle', width: 50, height: 50 },
  ];
  test.each([
    ['photo', sizes, { ref: 'large', name: 'photo-5.jpg', mediaType: 'image/jpeg', size: 100 }],
    [
      'document',
      { file_id: 'd', file_name: 'a b.pdf', mime_type: 'application/pdf' },
      { ref: 'd', name: 'a b.pdf', mediaType: 'application/pdf' },
    ],
    ['document', { file_id: 'd' }, { ref: 'd', name: 'document-5.bin' }],
    [
      'voice',
      { file_id: 'v', mime_type: 'audio/ogg' },
      { ref: 'v', name: 'voice-5.ogg', mediaType: 'audio/ogg' },
    ],
    ['audio', { file_id: 'a', file_name: 'x.mp3' }, { ref: 'a', name: 'x.mp3', mediaType: 'audio/mpeg' }],
    ['video', { file_id: 'm' }, { ref: 'm', name: 'video-5.mp4', mediaType: 'video/mp4' }],
    ['video_note', { file_id: 'n' }, { ref: 'n', name: 'video-5.mp4', mediaType: 'video/mp4' }],
  ])('is a file: %s', (kind, value, file) => {
    expect(read({ [kind]: value, caption: 'see' })).toMatchObject({ text: 'see', files: [file] });
  });

  test('is one file where Telegram tells it twice', () => {
    const animation = { file_id: 'g', mime_type: 'video/mp4' };
    expect(read({ animation, document: animation })?.files).toHaveLength(1);
  });

  test.each([
    [{ sticker: { emoji: '😀' } }, '[sticker 😀]'],
    [{ sticker: {} }, '[sticker]'],
    [{ location: { latitude: 1.5, longitude: -2 } }, '[location 1.5,-2]'],
    [{ contact: { first_name: 'Bo', phone_number: '+1' } }, '[contact Bo, +1]'],
    [{ dice: { emoji: '🎲', value: 4 } }, '[🎲 4]'],
    [{ poll: { question: 'Q', options: [{ text: 'a' }, { text: 'b' }] } }, '[poll Q: a / b]'],
  ])('is said in words: %j', (more, text) => {
    expect(read(more)).toMatchObject({ text, files: [] });
  });

  test('is one message for a whole album, with the caption wherever it stands', () => {
    const photo = (file_id: string) => [{ file_id, width: 1, height: 1 }];
    const album = [
      message({ message_id: 5, photo: photo('a') }),
      message({ message_id: 6, photo: photo('b'), caption: 'both' }),
    ] as [Message, Message];
    expect(toIncoming(album, me)).toMatchObject({
      id: '7:5',
      text: 'both',
      files: [{ ref: 'a' }, { ref: 'b' }],
    });
  });
});

test('a text of 1 MB with a mention at its end is read to its end', () => {
  const text = `${'🎉'.repeat(262_144)} @den_bot`;
  expect(inGroup(text, [mention(text)])?.text).toHaveLength(524_288);
});
