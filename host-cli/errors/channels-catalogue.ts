/** What can be refused while channels are listed, tested and given to people. */
export const channelsCatalogue = {
  'no-channels': {
    exit: 1,
    message: 'no channel is configured in this project',
    fix: 'channels: in clawden.yaml, or a token such as TELEGRAM_BOT_TOKEN=… in .env',
  },
  'unknown-channel': {
    exit: 64,
    message: 'there is no channel "{name}" in this project{near}; there is: {known}',
    fix: '{clawden} channels test {first}',
  },
  'only-for-test': {
    exit: 64,
    message: '{option} is for the test of the credentials',
    fix: '{clawden} channels test {option}{value}',
  },
  'channels-words': {
    exit: 64,
    message: 'channels {action} takes {form}',
    fix: '{clawden} channels {action} {example}',
  },
  'channel-not-there': {
    exit: 64,
    message: 'there is no channel "{channel}" in what runs ({instances}){near}; there is: {known}',
    fix: '{clawden} channels',
  },
  'channel-in-several': {
    exit: 64,
    message: 'several instances have a channel "{channel}": {known}',
    fix: '{clawden} channels {action} {first} {channel} …',
  },
  'channel-id': {
    exit: 64,
    message: '"{id}" is no id of a person on {type}',
    fix: 'expected: {expected}',
  },
  'everyone-in-file': {
    exit: 64,
    message: 'everyone is let in by the file alone',
    fix: 'write into clawden.yaml, channels: {channel}: allow_from: ["*"]   and then: {clawden} up',
  },
  'person-in-file': {
    exit: 1,
    message: '{id} stands in allow_from of {channel}, which decides',
    fix: 'take it out of clawden.yaml (or of the variable), and then: {clawden} up {name}',
  },
  'person-not-allowed': {
    exit: 1,
    message: '{id} may not talk on {channel} of {name} as it is',
    fix: '{clawden} channels {name} --json   lists who may',
  },
  'people-only-in-file': {
    exit: 1,
    message: 'who may talk on {channel} stands in the file alone',
    fix: 'write allow_from: there, and then: {clawden} up {name}',
  },
  'people-not-written': {
    exit: 73,
    message: '{name} could not write it down: {detail}',
    fix: 'make room: docker system df',
  },
  'channels-not-told': {
    exit: 1,
    message:
      '{name} does not tell who may talk on its channels: it starts just now, or its image is older than this command',
    fix: '{clawden} ps   and with another image: {clawden} up {name}',
  },
} as const;
