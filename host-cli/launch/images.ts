import { homedir } from 'node:os';
import type { Engine } from '../engine.ts';
import type { Image } from '../engine-records.ts';
import { chooseImage, ensureImage } from '../image.ts';
import { type ImageFacts, readImageFacts } from '../image-contents.ts';
import { folderVariables, toolFolders } from '../tool-folders.ts';
import type { Ui } from '../ui.ts';
import { version } from '../version.ts';

export interface PresentImage extends Image {
  readonly reference: string;
  /** With the caller's own tools. */
  readonly facts: ImageFacts;
  /** Tools of its own. */
  readonly tools: readonly string[];
}

/** Images of one command: each is looked for, built or pulled once. */
export class Images {
  readonly #engine: Engine;
  readonly #directory: string;
  readonly #ui: Ui;
  readonly #present = new Map<string, PresentImage>();

  constructor(engine: Engine, directory: string, ui: Ui) {
    this.#engine = engine;
    this.#directory = directory;
    this.#ui = ui;
  }

  /** `named`: by an option, a variable or the file; undefined: the usual one. */
  async present(named: string | undefined): Promise<PresentImage> {
    const choice = chooseImage(named, this.#directory);
    const known = this.#present.get(choice.reference);
    if (known) return known;
    const present = described(await ensureImage(this.#engine, choice, this.#ui), choice.reference);
    if (present.facts.skew !== undefined) this.#ui.note(present.facts.skew);
    this.#present.set(choice.reference, present);
    return present;
  }

  /** Only where that needs neither building nor pulling. */
  async atHand(named: string | undefined): Promise<PresentImage | undefined> {
    const { reference } = chooseImage(named, this.#directory);
    const image = await this.#engine.image(reference).catch(() => undefined);
    return image && described(image, reference);
  }
}

function described(image: Image, reference: string): PresentImage {
  const home = homedir();
  const question = { image, reference, version: version() };
  const facts = readImageFacts({
    ...question,
    toolFolders: toolFolders(home),
    toolVariables: folderVariables(home),
  });
  const { tools } = readImageFacts({ ...question, toolFolders: [] }).contents;
  return { ...image, reference, facts, tools };
}
