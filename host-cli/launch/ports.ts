import { CliError } from '../errors.ts';
import { isFree, nextFree } from '../ports.ts';

const codes = { option: 'port-taken', file: 'file-port-taken' } as const;

export interface PortWish {
  /** Told by the user: this one or none. */
  readonly written: number | undefined;
  /** Where another one would be written. */
  readonly place: 'option' | 'file';
  /** The one its container had before. */
  readonly former: number | undefined;
  /** The runtime's own. */
  readonly usual: number;
  /** Ports the engine has refused already though nobody seems to listen there. */
  readonly refused: readonly number[];
}

/** Ports of one command: instances that start at the same time never get the same one. */
export class Ports {
  readonly #taken: Set<number>;

  /** `kept`: ports that instances being replaced come back to; nobody else gets them. */
  constructor(kept: readonly number[] = []) {
    this.#taken = new Set(kept);
  }

  async choose({ written, place, former, usual, refused }: PortWish): Promise<number> {
    if (written !== undefined) {
      await this.mustBeFree(written, place, refused);
      return written;
    }
    // Its own former port is among the kept ones.
    if (former !== undefined && !refused.includes(former) && (await isFree(former))) return former;
    const port = await this.#next(usual, refused);
    this.#taken.add(port);
    return port;
  }

  /** Throws where a port that the user wrote is taken. */
  async mustBeFree(
    written: PortWish['written'],
    place: PortWish['place'],
    refused: PortWish['refused'] = [],
  ): Promise<void> {
    if (written === undefined || (!refused.includes(written) && (await isFree(written)))) return;
    throw new CliError(codes[place], { port: written, next: await this.#next(written + 1, refused) });
  }

  async #next(from: number, refused: readonly number[]): Promise<number> {
    for (let port = await nextFree(from); port > 0; port = await nextFree(port + 1)) {
      if (!this.#taken.has(port) && !refused.includes(port)) return port;
    }
    throw new CliError('ports-exhausted', { from });
  }
}
