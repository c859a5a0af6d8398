import type { Entry } from './entry.ts';

/** What `clawden init` refuses. */
export const initCatalogue = {
  'init-needs-runtime': {
    exit: 64,
    message: 'nobody can be asked here (this is no terminal), and no runtime is named',
    fix: '{clawden} init --runtime openclaw   or, with every default: {clawden} init --yes',
  },
  'init-unknown': {
    exit: 64,
    message: 'there is no {kind} "{name}"{near}',
    fix: '{option} takes one of: {known}',
  },
  'init-no-provider': {
    exit: 64,
    message: 'channel {channel} needs a model to answer with, and no provider is named',
    fix: 'add --provider anthropic, or --provider echo to try the channel without a model',
  },
  'init-providers': {
    exit: 64,
    message: 'keys of several providers are set ({keys}) and none is chosen',
    fix: 'add --provider {first}',
  },
  'init-refused': {
    exit: 78,
    message: 'nothing was written: this clawden.yaml would not do',
    fix: '{clawden} init --help',
  },
  'init-exists': {
    exit: 73,
    message: '{file} is there already',
    fix: '{clawden} init --force   writes it anew; .env keeps what it has',
  },
  'init-unwritable': {
    exit: 73,
    message: '{file} cannot be written ({reason}); nothing was changed',
    fix: '{next}',
  },
} as const satisfies Record<string, Entry>;
