import type { Entry } from './entry.ts';

/** Words of the command line that cannot be right, and what only a mistake of ours can be. */
export const usageCatalogue = {
  'unknown-command': { exit: 64, message: 'there is no command "{name}"{near}', fix: '{clawden} --help' },
  'unknown-option': {
    exit: 64,
    message: '{command} has no option {option}{near}',
    fix: '{clawden} {command} --help',
  },
  'unknown-global-option': {
    exit: 64,
    message: 'without a command there is no option {option}{near}',
    fix: '{clawden} --help',
  },
  'value-missing': {
    exit: 64,
    message: 'option {option} needs a value',
    fix: '{option}={value} (a value that begins with "-" needs the "=")',
  },
  'value-unwanted': { exit: 64, message: 'option {option} takes no value', fix: '{option}' },
  'value-twice': {
    exit: 64,
    message: 'option {option} is given twice: {first} and {second}',
    fix: 'leave one of them out',
  },
  'too-many-arguments': {
    exit: 64,
    message: '{command} does not know what to do with "{argument}"',
    fix: '{clawden} {command} --help',
  },
  unexpected: {
    exit: 1,
    message: 'clawden itself made a mistake: {detail}',
    fix: '{debug}report it: https://github.com/codervisor/clawden/issues',
  },
} as const satisfies Record<string, Entry>;
