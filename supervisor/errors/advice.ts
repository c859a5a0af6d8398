import type { ChannelReason } from '../../runtimes/contract.ts';

/** What to do about a channel that is not up, by its reason code. */
export const channelAdvice: Readonly<Record<ChannelReason, string>> = {
  'token-rejected': 'the platform refuses the token: put the right one into .env and start again',
  'token-revoked': 'the platform has ended the token: make a new one there, put it into .env and start again',
  'missing-scope':
    'the account may do too little: give it the permissions that docs/channel-types.md lists, install it again',
  'session-limit': 'the platform allows no more logins for now: wait some hours, find what logs in so often',
  'poller-conflict':
    'another program uses this token, or a webhook is set: stop it, or give each its own bot',
  unreachable: 'the platform does not answer: check network and proxy of the container, and api_root',
  unclaimed:
    'nobody may talk to it: send it the code that clawden channels shows, or write allow_from: [YOUR_ID] beside its token',
  down: 'read its last lines in the log',
  'queue-full':
    'the runtime does not answer, or too slowly, and messages pile up: read its last lines in the log',
  'disk-full':
    'messages cannot be written down: make room in the state volume, or do what the log says is in the way',
  'relay-down': 'the relay is being started again: read its last lines in the log when it does not come up',
  'token-missing': 'set its token variable and start again',
};
