import type { CatalogueEntry } from './catalogue.ts';

/** Mistakes that only a file with several instances, its channels, providers or site defaults can hold. */
export const instanceCatalogue = {
  'instance-unclear': {
    exit: 'configuration',
    message: '{file} has {count} instances and none is chosen',
    fix: 'docker run -e CLAWDEN_INSTANCE={first} …   (there are: {known})',
  },
  'unknown-instance': {
    exit: 'configuration',
    message: 'instance "{name}" is not in {file}{near}',
    fix: 'CLAWDEN_INSTANCE is one of: {known}',
  },
  'instance-twice': {
    exit: 'configuration',
    message: 'two instances are called "{id}"',
    fix: 'give one of them a name of its own: id: {other}',
  },
  'misplaced-key': {
    exit: 'configuration',
    message: '"{key}" belongs to one runtime and stands beside runtimes:',
    fix: 'write it in an entry of runtimes:',
  },
  'unknown-channel-name': {
    exit: 'configuration',
    message: 'there is no channel "{name}"{near}',
    fix: 'write it under channels: at the top level; there are: {known}',
  },
  'channel-unused': {
    exit: 'configuration',
    message: 'channel {channel} belongs to no runtime',
    fix: 'name it in an entry of runtimes:  channels: [{channel}]',
  },
  'channel-shared': {
    exit: 'configuration',
    message: 'channel {channel} is given to {first} and to {second}; an account has one reader',
    fix: 'keep it in one of them, or make a second account',
  },
  'token-shared': {
    exit: 'configuration',
    message: 'channel {channel} of {instance} has the same token as channel {other} of {holder}',
    fix: 'make a second account, or another secret: two readers of one token take messages from each other',
  },
  'token-twice': {
    exit: 'configuration',
    message: 'channel {channel} has the same token as channel {other}',
    fix: 'make a second account, or another secret, or remove one of them: two readers of one token take messages from each other',
  },
  'provider-choice': {
    exit: 'configuration',
    message: 'providers: has several entries ({names}) and none is chosen',
    fix: 'provider: {first}',
  },
  'env-owned': {
    exit: 'configuration',
    message: 'env.{name} cannot be set here',
    fix: '{instead}',
  },
  'toml-syntax': {
    exit: 'configuration',
    message: '{detail}',
    fix: 'mend the TOML at this place',
  },
} as const satisfies Record<string, CatalogueEntry>;
