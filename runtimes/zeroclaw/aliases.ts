import type { ChannelPlan } from '../contract.ts';

/**
 * ZeroClaw's name of each channel. Names that it would fold into one get a number, in the order of the plan.
 */
export function aliasesOf(plans: readonly ChannelPlan[]): Readonly<Record<string, string>> {
  const taken = new Set<string>();
  return Object.fromEntries(
    plans.map(({ name }) => {
      const wanted = aliasOf(name);
      let alias = wanted;
      for (let number = 2; taken.has(alias); number += 1) alias = `${wanted}_${number}`;
      taken.add(alias);
      return [name, alias];
    }),
  );
}

/**
 * A name within the grammar of ZeroClaw's aliases: `[a-z0-9_]`, ends of letters or digits, no `__`, at most 63. Other
 * names would be fine in the file but not in the environment, where the secrets come from.
 */
export function aliasOf(name: string): string {
  const folded = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .slice(0, 60)
    .replaceAll(/^_+|_+$/g, '');
  return folded === '' ? 'main' : folded;
}
