import type { Runtime } from '../../runtimes/contract.ts';

/** Where a runtime is measured. */
export interface Stage {
  readonly runtime: Runtime;
  readonly image: string;
  /** More words for `docker run`, such as a twin's mount. */
  readonly words: readonly string[];
  readonly turns: number;
}

export interface Replies {
  readonly first: number;
  readonly warm: readonly number[];
}

/** Milliseconds of the first turn and of the ones after it; every reply must be the model's. */
export async function timed(turns: number, ask: (text: string) => Promise<string>): Promise<Replies> {
  const one = async (text: string): Promise<number> => {
    const began = performance.now();
    const reply = await ask(text);
    if (!reply.includes('a short answer')) throw new Error(`the reply was "${reply}"`);
    return performance.now() - began;
  };
  const first = await one('hello');
  const warm: number[] = [];
  for (let turn = 0; turn < turns; turn += 1) warm.push(await one(`question ${turn}`));
  return { first, warm };
}
