import type { ChannelPlan } from '../../runtimes/contract.ts';
import { accountsOf } from '../accounts.ts';
import type { Engine } from '../engine.ts';
import type { Project } from '../project.ts';
import { askAll, isAlive } from '../ps/ask-all.ts';

/** Running instances of ours, asked whether they hold an account. */
export interface Holders {
  /** `account` as the platform calls it, e.g. `@name_bot`. */
  readonly of: (plan: ChannelPlan, account: string | undefined) => Holder | undefined;
}

export interface Holder {
  readonly instance: string;
  /** Directory of another project; undefined for this one. */
  readonly elsewhere: string | undefined;
}

/** By the labels of all projects' containers, and by what those of this project say of themselves. */
export async function findHolders(
  engine: Engine,
  project: Project,
  environment: NodeJS.ProcessEnv,
): Promise<Holders> {
  const [labelled, { containers, rows }] = await Promise.all([
    engine.holders(),
    askAll(engine, project, environment, isAlive),
  ]);
  const here = new Set(containers.map(({ id }) => id));
  return {
    of: (plan, account) => {
      const wanted = accountsOf([plan]);
      const holder = labelled.find(({ accounts }) => accounts.some((each) => wanted.includes(each)));
      if (holder) {
        const elsewhere = here.has(holder.id) ? undefined : holder.directory || 'another project';
        return { instance: holder.instance, elsewhere };
      }
      const teller = rows.find(({ channels }) =>
        channels?.some(
          (channel) =>
            account !== undefined &&
            channel.type === plan.type &&
            channel.account === account &&
            channel.mode !== 'unclaimed',
        ),
      );
      return teller && { instance: teller.name, elsewhere: undefined };
    },
  };
}
