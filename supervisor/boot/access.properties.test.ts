import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type AccessStage, accessStage } from './testing.ts';

/** The other end of PID 1's words, slow and mortal: what the relay and the runtime really hold. */
interface World {
  readonly stage: AccessStage;
  /** Said to the relay and not read by it yet. */
  inbox: string[];
  /** Releases that PID 1 has not heard yet; those of a dead relay are heard all the same. */
  outbox: number;
  relayHolds: boolean;
  runtimeHolds: boolean;
  restartsSeen: number;
}

const steps = {
  claim: ({ stage }: World) => stage.say(stage.code(), '42'),
  allow: ({ stage }: World) => void stage.act('allow', '43'),
  revoke: ({ stage }: World) => {
    for (const id of ['42', '43']) stage.act('revoke', id);
  },
  reset: ({ stage }: World) => void stage.act('reset'),
  'the relay reads': (world: World) => {
    const role = world.inbox.shift();
    if (role === undefined) return;
    if (role === 'watch') world.outbox += 1;
    world.relayHolds = role !== 'watch';
  },
  'PID 1 hears': (world: World) => {
    if (world.outbox === 0) return;
    world.outbox -= 1;
    world.stage.heard({ kind: 'released', channel: 'telegram' });
  },
  'the relay dies': (world: World) => {
    // The pipe of a dead process is read to its end before the next one starts.
    while (world.outbox > 0) steps['PID 1 hears'](world);
    world.relayHolds = false;
    world.inbox = [];
    world.relayHolds = world.stage.relayStarts()[0]?.access.role !== 'watch';
  },
  'the runtime crashes': (world: World) => {
    world.runtimeHolds = false;
    world.runtimeHolds = world.stage.render()[0]?.mode === 'native';
  },
};
type Step = keyof typeof steps;

async function take(world: World, step: Step): Promise<void> {
  steps[step](world);
  listen(world);
  await world.stage.clock.advance(300);
  if (world.stage.restarts() > world.restartsSeen) {
    world.restartsSeen = world.stage.restarts();
    steps['the runtime crashes'](world);
  }
  listen(world);
}

function listen(world: World): void {
  for (const { access } of world.stage.told()) world.inbox.push(access.role);
  expect(world.relayHolds && world.runtimeHolds, 'the relay and the runtime both have the account').toBe(
    false,
  );
}

it('whatever happens in whatever order, never two have one account, and in the end the right one has it', async () => {
  const names = Object.keys(steps) as Step[];
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...names), { maxLength: 40 }), async (list) => {
      const stage = accessStage();
      const relayHolds = true;
      const world: World = { stage, inbox: [], outbox: 0, relayHolds, runtimeHolds: false, restartsSeen: 0 };
      try {
        for (const step of list) await take(world, step);
        for (let round = 0; round < 10; round += 1) {
          await take(world, 'the relay reads');
          await take(world, 'PID 1 hears');
        }
        const claimed = stage.list()[0]?.['mode'] !== 'unclaimed';
        expect([world.relayHolds, world.runtimeHolds]).toEqual([!claimed, claimed]);
      } finally {
        stage.remove();
      }
    }),
    { numRuns: 150 },
  );
});
