import { expect, test } from 'vitest';
import { ApiError } from './error.ts';
import { parseChat } from './parse.ts';

const good = { model: 'openclaw', messages: [{ role: 'user', content: 'hi' }] };

const parse = (body: unknown, header?: string, images = false) =>
  parseChat(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)), header, 'openclaw', images);

function refused(body: unknown, images = false): { status: number; code: string; message: string } {
  try {
    parse(body, undefined, images);
  } catch (error) {
    if (error instanceof ApiError) return { status: error.status, code: error.code, message: error.message };
    throw error;
  }
  throw new Error('it was accepted');
}

test('a plain completion is taken as it is', () => {
  expect(parse(good)).toEqual({
    messages: [{ role: 'user', text: 'hi' }],
    session: undefined,
    stream: false,
    includeUsage: false,
  });
});

test('the header names the session, else the user does', () => {
  expect(parse({ ...good, user: 'u' }).session).toBe('u');
  expect(parse({ ...good, user: 'u' }, 'h').session).toBe('h');
  expect(parse({ ...good, user: '' }).session).toBeUndefined();
});

test('roles and text parts become a list of texts', () => {
  const messages = [
    { role: 'developer', content: 'd' },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'a' },
        { type: 'text', text: 'b' },
      ],
    },
    { role: 'assistant', content: 'c' },
    { role: 'user', content: 'd' },
  ];
  expect(parse({ ...good, messages }).messages).toEqual([
    { role: 'system', text: 'd' },
    { role: 'user', text: 'a\nb' },
    { role: 'assistant', text: 'c' },
    { role: 'user', text: 'd' },
  ]);
});

test.each([
  ['tools', [{ type: 'function' }]],
  ['functions', [{ name: 'f' }]],
  ['n', 2],
  ['response_format', { type: 'json_object' }],
  ['audio', { voice: 'x' }],
  ['modalities', ['text', 'audio']],
  ['logprobs', true],
])('%s is refused by name', (field, value) => {
  const answer = refused({ ...good, [field]: value });
  expect(answer).toMatchObject({ status: 400, code: 'unsupported' });
  expect(answer.message).toContain(`"${field}"`);
});

test('what asks for nothing unusual is no reason to refuse', () => {
  const harmless = {
    tools: [],
    functions: null,
    n: 1,
    response_format: { type: 'text' },
    modalities: ['text'],
    temperature: 1,
  };
  expect(parse({ ...good, ...harmless }).messages).toHaveLength(1);
});

test.each(['image_url', 'input_audio', 'file'])('a part of type %s is refused by name', (type) => {
  const content = [
    { type: 'text', text: 'x' },
    { type, [type]: {} },
  ];
  const answer = refused({ ...good, messages: [{ role: 'user', content }] });
  expect(answer).toMatchObject({ status: 400, code: 'unsupported' });
  expect(answer.message).toContain(`messages[0].content[1]: a part of type "${type}"`);
});

test('a picture in the request is taken where the runtime takes one', () => {
  const picture = (url: string) => ({
    ...good,
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'x' },
          { type: 'image_url', image_url: { url } },
        ],
      },
    ],
  });
  const images = [{ mediaType: 'image/png', base64: 'iVBORw0KGgo=' }];
  const here = 'data:image/png;base64,iVBORw0KGgo=';
  expect(parse(picture(here), undefined, true).messages).toEqual([{ role: 'user', text: 'x', images }]);
  for (const elsewhere of [
    'http://10.0.0.1/x.png',
    'data:text/html;base64,AAAA',
    'data:image/png;base64,',
    '',
  ])
    expect(refused(picture(elsewhere), true)).toMatchObject({ status: 400, code: 'unsupported' });
  const ofSystem = {
    ...good,
    messages: [{ ...picture(here).messages[0], role: 'system' }, ...good.messages],
  };
  expect(refused(ofSystem, true)).toMatchObject({ status: 400, code: 'unsupported' });
});

test('another model is not found, and the message says which there is', () => {
  expect(refused({ ...good, model: 'gpt-4' })).toMatchObject({ status: 404, code: 'model_not_found' });
  expect(refused({ ...good, model: 'gpt-4' }).message).toContain('"openclaw"');
});

test.each([
  ['no JSON', '{'],
  ['no object', '[]'],
  ['no model', { ...good, model: undefined }],
  ['no messages', { ...good, messages: undefined }],
  ['empty messages', { ...good, messages: [] }],
  ['no user message', { ...good, messages: [{ role: 'system', content: 'x' }] }],
  ['an unknown role', { ...good, messages: [{ role: 'tool', content: 'x' }] }],
  ['no content', { ...good, messages: [{ role: 'user' }] }],
  ['a user that is no string', { ...good, user: 1 }],
  ['a stream that is no boolean', { ...good, stream: 'yes' }],
])('%s: 400', (_name, body) => {
  expect(refused(body).status).toBe(400);
});
