import type { CatalogueEntry } from './catalogue.ts';

/** What can be wrong with a tool. */
export const toolCatalogue = {
  'tool-twice': {
    exit: 'configuration',
    message: 'tool "{name}" is in this image and mounted at {mounted}',
    fix: 'give the mounted folder another name, and write that one',
  },
  'tool-broken': {
    exit: 'configuration',
    message: 'tool "{name}": {file} {detail}',
    fix: 'expected: {expected}',
  },
  'tool-failed': {
    exit: 'unavailable',
    message: 'tool "{name}": its setup {how}{last}',
    fix: 'mend what it says, or remove {name} from the list of tools; docs/tools.md',
  },
  'tool-command-missing': {
    exit: 'unavailable',
    message: 'tool "{name}" needs the program {command}, which is in no folder of PATH',
    fix: 'let its setup.sh add a folder with {command} to PATH; docs/tools.md',
  },
} as const satisfies Record<string, CatalogueEntry>;
