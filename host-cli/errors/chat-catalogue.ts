/** What can be refused or go wrong while somebody talks to an instance. */
export const chatCatalogue = {
  'instance-declared': {
    exit: 1,
    message: '{name} does not run; {file} only declares it',
    fix: '{clawden} up {name}',
  },
  'instances-declared': {
    exit: 1,
    message: 'nothing runs in this project; {file} declares: {known}',
    fix: '{clawden} up',
  },
  'instance-paused': {
    exit: 1,
    message: '{name} is paused',
    fix: '{engine} unpause {container}',
  },
  'instance-elsewhere': {
    exit: 1,
    message: '{name} runs on {host}; its port is not on this machine',
    fix: 'type this on {host}',
  },
  'reply-cut': {
    exit: 1,
    message: '{name} stopped in the middle of its reply ({reason})',
    fix: '{clawden} logs {name} --tail 50',
  },
} as const;
