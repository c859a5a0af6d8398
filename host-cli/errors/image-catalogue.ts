import type { Entry } from './entry.ts';

/** What can be wrong with an image that is there. */
export const imageCatalogue = {
  'image-unbuilt': { exit: 69, message: 'image {image} is not built yet', fix: '{next}' },
  'image-foreign': {
    exit: 69,
    message: 'image {image} is no image of ours: it has no label {label}',
    fix: 'name another one with --image, or leave out --image and CLAWDEN_IMAGE',
  },
} as const satisfies Record<string, Entry>;
