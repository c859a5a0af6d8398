/** What can be refused while channels are listed and tested. */
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
} as const;
