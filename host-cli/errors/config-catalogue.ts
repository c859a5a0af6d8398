import type { Entry } from './entry.ts';

/** Mistakes in the words after `clawden config`. */
export const configCatalogue = {
  'config-what': { exit: 64, message: 'config does not say what to do', fix: '{clawden} config check' },
  'config-unknown': {
    exit: 64,
    message: 'config cannot "{name}"{near}',
    fix: '{clawden} config check, show or explain',
  },
  'config-option': {
    exit: 64,
    message: 'config {action} takes no {option}; it belongs to config {other}',
    fix: '{clawden} config {other} {option}',
  },
  'instance-not-declared': {
    exit: 64,
    message: 'there is no instance "{name}" in {file}{near}; there is: {known}',
    fix: '{clawden} config {action} {first}',
  },
} as const satisfies Record<string, Entry>;
