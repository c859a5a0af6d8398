import type { Entry } from './entry.ts';

/** What can be wrong with a tool of the caller's own. */
export const toolCatalogue = {
  'tool-missing': {
    exit: 78,
    message: 'tool "{name}" is neither in this image ({image}) nor in {folder}{mine}{near}',
    fix: 'mkdir -p {quoted} and write its setup.sh; docs/tools.md',
  },
  'tool-twice': {
    exit: 78,
    message: 'tool "{name}" is in this image and at {folder}',
    fix: 'mv {quoted} {quoted}-mine   and write {name}-mine in tools',
  },
  'tool-without-setup': {
    exit: 78,
    message: 'tool "{name}": {folder} has no setup.sh{near}; in it: {found}',
    fix: 'write {quoted}; docs/tools.md',
  },
  'tool-closed': {
    exit: 78,
    message: 'tool "{name}": the container\'s user cannot read {file}',
    fix: 'chmod -R a+rX {quoted}',
  },
} as const satisfies Record<string, Entry>;
