import type { CatalogueEntry } from './catalogue.ts';

/** What can be wrong with a volume. */
export const volumeCatalogue = {
  'volume-not-writable': {
    exit: 'volume',
    message: '{path} is not writable for {uid}:{gid} ({reason})',
    fix: '{fix}',
  },
  'volume-full': {
    exit: 'volume',
    message: '{path} has {free} MB free, {needed} MB are needed',
    fix: '{fix}',
  },
  'state-in-use': {
    exit: 'volume',
    message: 'another container runs {runtime} on the volume at {path}',
    fix: 'stop that one first, or give this one a state volume of its own',
  },
  'volume-noexec': {
    exit: 'volume',
    message: '{path} is mounted noexec: {file}, by which the runtime gets its secrets, cannot be run',
    fix: 'mount it without noexec, for instance --tmpfs {path}:exec,mode=1777, or as a named volume',
  },
  'state-is-link': {
    exit: 'volume',
    message: '{path} is a symbolic link where the runtime keeps its state; it is not followed',
    fix: 'remove the link: docker run --rm --entrypoint rm -v VOLUME:/home/clawden/state IMAGE {path}',
  },
} as const satisfies Record<string, CatalogueEntry>;
