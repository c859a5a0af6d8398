import type { ChannelType } from '../../config/types.ts';

/** What a user writes for messages by signed HTTP. */
export const webhook: ChannelType = {
  type: 'webhook',
  title: 'Webhook',
  claimable: false,
  fields: [
    {
      name: 'secret',
      secret: true,
      variable: 'WEBHOOK_SECRET',
      required: true,
      kind: 'text',
      pattern: /^[\x21-\x7e]{16,}$/,
      expected: '16 characters or more, without blanks, e.g. from: openssl rand -hex 24',
      example: '$WEBHOOK_SECRET',
      help: 'secret that both sides sign with',
    },
    {
      name: 'allow_from',
      secret: false,
      variable: 'WEBHOOK_ALLOW_FROM',
      required: true,
      kind: 'senders',
      pattern: /^[A-Za-z0-9._@:-]{1,64}$/,
      expected: 'sender ids of letters, digits and . _ @ : -, at most 64 characters each, or "*"',
      example: '[alerts]',
      help: 'senders that requests may name; "*" is every one. Whoever has the secret can name any',
    },
    {
      name: 'url',
      secret: false,
      variable: 'WEBHOOK_URL',
      required: false,
      kind: 'endpoint',
      expected: 'an http(s) address, like https://example.com/replies',
      example: 'https://example.com/replies',
      help: 'where replies are POSTed, signed; without it a reply comes in the response',
    },
  ],
};
