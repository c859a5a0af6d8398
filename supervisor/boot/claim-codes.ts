import { randomInt } from 'node:crypto';
import type { ChannelPlan } from '../../runtimes/contract.ts';
import { makeCode, shownCode } from '../claims/code.ts';
import { type Claim, lockLasts, openClaim, tried, type Verdict } from '../claims/tries.ts';
import type { Container } from './container.ts';
import { typeOf } from './senders.ts';

/** The codes of all channels that have no owner. */
export interface ClaimCodes {
  /** Exactly these have no owner: makes the codes that are missing, forgets the others. */
  readonly keep: (unclaimed: readonly ChannelPlan[]) => void;
  readonly tried: (channel: string, sender: string, code: string) => Verdict;
  /** The platform told how the account is called: its link can be said. */
  readonly known: (channel: string) => void;
  readonly view: (channel: string) => CodeView | undefined;
}

export interface CodeView {
  readonly claim?: { readonly code: string; readonly link?: string; readonly expires: string };
  /** No code is right until then. */
  readonly locked?: string;
}

/** How long a line about a code waits for the account's name, which its link needs. */
const patience = 5_000;

interface Kept {
  readonly plan: ChannelPlan;
  claim: Claim;
  said: boolean;
  readonly over: AbortController;
}

export function createClaimCodes(container: Container): ClaimCodes {
  const { clock, log } = container;
  const all = new Map<string, Kept>();

  function put(plan: ChannelPlan, claim: Claim): void {
    all.get(plan.name)?.over.abort();
    const kept: Kept = { plan, claim, said: false, over: new AbortController() };
    all.set(plan.name, kept);
    const end = claim.kind === 'open' ? claim.expires : claim.until;
    void after(kept, end - clock.now(), () => make(plan));
    if (claim.kind === 'locked') return;
    if (hasLink(plan) && account(plan) === undefined) void after(kept, patience, () => say(kept));
    else say(kept);
  }

  function make(plan: ChannelPlan): void {
    put(plan, openClaim(makeCode(randomInt), clock.now()));
  }

  async function after(kept: Kept, delay: number, act: () => void): Promise<void> {
    await clock.sleep(delay, kept.over.signal);
    if (!kept.over.signal.aborted) act();
  }

  function say(kept: Kept): void {
    const claim = view(kept.plan.name)?.claim;
    if (kept.said || !claim) return;
    kept.said = true;
    log.warn('a channel has no owner: whoever first sends it this code in a direct message becomes it', {
      channel: kept.plan.name,
      ...claim,
    });
  }

  function view(name: string): CodeView | undefined {
    const kept = all.get(name);
    if (!kept) return undefined;
    const { claim, plan } = kept;
    if (claim.kind === 'locked') return { locked: wallTime(claim.until) };
    const link = linkOf(plan, claim.code);
    const expires = wallTime(claim.expires);
    return { claim: { code: shownCode(claim.code), ...(link ? { link } : {}), expires } };
  }

  const account = ({ name }: ChannelPlan): string | undefined => container.checks.get(name)?.account;

  function linkOf(plan: ChannelPlan, code: string): string | undefined {
    const known = account(plan);
    return known === undefined ? undefined : typeOf(plan)?.claimLink?.(known, code);
  }

  const wallTime = (at: number): string => new Date(Date.now() + at - clock.now()).toISOString();

  return {
    keep: (unclaimed) => {
      const names = new Set(unclaimed.map(({ name }) => name));
      for (const [name, { over }] of all) {
        if (names.has(name)) continue;
        over.abort();
        all.delete(name);
      }
      for (const plan of unclaimed) if (!all.has(plan.name)) make(plan);
    },
    tried: (name, sender, code) => {
      const kept = all.get(name);
      if (!kept) return 'ignored';
      const [claim, verdict] = tried(kept.claim, sender, code, clock.now());
      kept.claim = claim;
      if (verdict === 'locks') {
        put(kept.plan, claim);
        log.warn('a channel can be claimed by nobody for a while: its code was guessed at too often', {
          channel: name,
          minutes: lockLasts / 60_000,
          fix: `clawden channels reset ${name}`,
        });
      }
      return verdict;
    },
    known: (name) => {
      const kept = all.get(name);
      if (kept) say(kept);
    },
    view,
  };
}

function hasLink(plan: ChannelPlan): boolean {
  return typeOf(plan)?.claimLink !== undefined;
}
